// What every element has that follows the session of a room.

import type { Session, Snapshot } from "../../core/mood/session";
import { FollowingElement } from "../following";

export abstract class RoomElement<Selected extends object> extends FollowingElement<Session, Snapshot, Selected> {}
