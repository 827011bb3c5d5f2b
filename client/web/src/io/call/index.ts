// What app.ts loads for pages of calls.

export { CallVisit } from "./visit";
