// The pages of a call, fetched only when someone opens them. For app.ts:
//
// <kuuki-call>: language, setLanguage(language), session (a CallSession), invited (the code of the link that was opened,
//   or null), room (the room's Session beside the call, or null), leaveTo (where Back leads).

import { KuukiLanguages } from "../languages";
import { KuukiMark } from "../mark";
import { KuukiAir } from "../mood/air";
import { KuukiConsent } from "../mood/consent";
import { KuukiSent } from "../mood/sent";
import { KuukiSentence } from "../mood/sentence";
import { KuukiQr } from "../qr";
import { KuukiCallAgree } from "./agree";
import { KuukiCallBars } from "./bars";
import { KuukiCallCheck } from "./check";
import { KuukiCodeField } from "./code-field";
import { KuukiCallControls } from "./controls";
import { KuukiCallDevices } from "./devices";
import { KuukiCallEnded } from "./ended";
import { KuukiCallFace } from "./face";
import { KuukiCallIncoming } from "./incoming";
import { KuukiCallLevel } from "./level";
import { KuukiCallMine } from "./mine";
import { KuukiCallMinute } from "./minute";
import { KuukiCallOwn } from "./own";
import { KuukiCall } from "./page";
import { KuukiCallReady } from "./ready";
import { KuukiCallRinging } from "./ringing";
import { KuukiCallRoom } from "./room";
import { KuukiCallSafety } from "./safety";
import { KuukiSheet } from "./sheet";
import { KuukiCallStage } from "./stage";
import { KuukiCallStart } from "./start";
import { KuukiCallTalking } from "./talking";

export type { KuukiCall };

declare global {
  interface HTMLElementTagNameMap {
    "kuuki-call-talking": KuukiCallTalking;
    "kuuki-call-mine": KuukiCallMine;
  }
}

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "kuuki-air": KuukiAir,
  "kuuki-call": KuukiCall,
  "kuuki-call-agree": KuukiCallAgree,
  "kuuki-call-bars": KuukiCallBars,
  "kuuki-call-check": KuukiCallCheck,
  "kuuki-call-controls": KuukiCallControls,
  "kuuki-call-devices": KuukiCallDevices,
  "kuuki-call-ended": KuukiCallEnded,
  "kuuki-call-face": KuukiCallFace,
  "kuuki-call-incoming": KuukiCallIncoming,
  "kuuki-call-level": KuukiCallLevel,
  "kuuki-call-mine": KuukiCallMine,
  "kuuki-call-minute": KuukiCallMinute,
  "kuuki-call-own": KuukiCallOwn,
  "kuuki-call-ready": KuukiCallReady,
  "kuuki-call-ringing": KuukiCallRinging,
  "kuuki-call-room": KuukiCallRoom,
  "kuuki-call-safety": KuukiCallSafety,
  "kuuki-call-stage": KuukiCallStage,
  "kuuki-call-start": KuukiCallStart,
  "kuuki-call-talking": KuukiCallTalking,
  "kuuki-code-field": KuukiCodeField,
  "kuuki-consent": KuukiConsent,
  "kuuki-languages": KuukiLanguages,
  "kuuki-mark": KuukiMark,
  "kuuki-qr": KuukiQr,
  "kuuki-sent": KuukiSent,
  "kuuki-sentence": KuukiSentence,
  "kuuki-sheet": KuukiSheet,
};

for (const [name, element] of Object.entries(ELEMENTS))
  if (!customElements.get(name)) customElements.define(name, element);
