// The pages, for app.ts:
//
// <kuuki-home>: language, setLanguage(language), goTo(given) -> Promise<Lead | null>, createRoom(wish) ->
//   Promise<NewRoom>, which rejects with a Refusal, whose message is shown; organizes: whether its form is open.
// <kuuki-audience>: language, setLanguage(language), session.
// <kuuki-stage>: language, setLanguage(language), session, history (may come later), audienceLink (what its QR
//   code leads to), delayS (how late the stream of the show is, or null).
//
// A page sets the document's title and language. `setLanguage` is called when someone chooses; whoever holds the page
// then sets its `language`.

import { KuukiLanguages } from "../languages";
import { KuukiMark } from "../mark";
import { KuukiQr } from "../qr";
import { KuukiAir } from "./air";
import { KuukiAudience } from "./audience";
import { KuukiConsent } from "./consent";
import { KuukiHear } from "./hear";
import { KuukiHome } from "./home";
import { KuukiInvited } from "./invited";
import { KuukiLastWave } from "./last-wave";
import { KuukiLink } from "./link";
import { KuukiMade } from "./made";
import { KuukiMini } from "./mini";
import { KuukiReading } from "./reading";
import { KuukiRecent } from "./recent";
import { KuukiSensing } from "./sensing";
import { KuukiSent } from "./sent";
import { KuukiSentence } from "./sentence";
import { KuukiSetMark } from "./set-mark";
import { KuukiShowClock } from "./show-clock";
import { KuukiStage } from "./stage";
import { KuukiStart } from "./start";
import { KuukiTaps } from "./taps";

export type { KuukiAudience, KuukiHome, KuukiStage };

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "kuuki-air": KuukiAir,
  "kuuki-audience": KuukiAudience,
  "kuuki-consent": KuukiConsent,
  "kuuki-hear": KuukiHear,
  "kuuki-home": KuukiHome,
  "kuuki-invited": KuukiInvited,
  "kuuki-languages": KuukiLanguages,
  "kuuki-last-wave": KuukiLastWave,
  "kuuki-link": KuukiLink,
  "kuuki-made": KuukiMade,
  "kuuki-mark": KuukiMark,
  "kuuki-mini": KuukiMini,
  "kuuki-qr": KuukiQr,
  "kuuki-reading": KuukiReading,
  "kuuki-recent": KuukiRecent,
  "kuuki-sensing": KuukiSensing,
  "kuuki-sent": KuukiSent,
  "kuuki-sentence": KuukiSentence,
  "kuuki-set-mark": KuukiSetMark,
  "kuuki-show-clock": KuukiShowClock,
  "kuuki-stage": KuukiStage,
  "kuuki-start": KuukiStart,
  "kuuki-taps": KuukiTaps,
};

for (const [name, element] of Object.entries(ELEMENTS))
  if (!customElements.get(name)) customElements.define(name, element);
