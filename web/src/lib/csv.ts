// Files of comma-separated values that a spreadsheet takes as text: no cell of somebody else's words becomes a formula.

/** neutral puts an apostrophe before what a spreadsheet would take for a formula, as the server's exports do. */
export const neutral = (text: string) =>
  /^'*[=+\-@\t\r\n＝＋－＠]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? "'" + text : text;

const cell = (text: string) => (/[",;\t\r\n]|^ | $/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text);

/** csv writes rows as RFC 4180 says, with a byte order mark, so that spreadsheets read UTF-8. */
export const csv = (rows: (string | number | undefined)[][]) =>
  '\ufeff' + rows.map((r) => r.map((c) => cell(neutral(String(c ?? '')))).join(',') + '\r\n').join('');

/** download offers a text as a file. */
export function download(name: string, text: string, type = 'text/csv;charset=utf-8') {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const a = document.createElement('a');
  a.href = url;
  a.download = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 120);
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
