// How the search takes text apart: words of letters and digits, and Chinese (which has no blanks) into pairs of characters. The last character
// of a run stands alone too; so a single character is found as the beginning of a pair or as the end of a run.
export function words(text) {
  return (text.match(/\p{Script=Han}+|[^\P{L}\p{Script=Han}]+[\p{N}_]*|[\p{N}]+(?:\.\p{N}+)?/gu) ?? [])
    .flatMap((run) => (/\p{Script=Han}/u.test(run) ? [...run].map((c, i, all) => c + (all[i + 1] ?? '')) : [run]));
}
