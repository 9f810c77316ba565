/** Spaces, and what does not show: controls, formats, fillers such as the braille pattern without dots. */
const SHOWS_NOTHING = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\u2800]*$/u;

/** Whether a text shows nothing: then it says nothing. */
export function isBlank(text: string): boolean {
  return SHOWS_NOTHING.test(text);
}
