// Short messages about what was just done. They are told to screen readers, too.
export type Tone = 'ok' | 'warn' | 'stop';
export type Notice = { id: number; text: string; tone: Tone; href?: string };

let next = 1;
export const notices = $state<Notice[]>([]);

export function notify(text: string, tone: Tone = 'ok', href?: string) {
  const id = next++;
  notices.push({ id, text, tone, href });
  setTimeout(() => dismiss(id), tone === 'ok' ? 6000 : 15_000);
}

export function dismiss(id: number) {
  const i = notices.findIndex((n) => n.id === id);
  if (i >= 0) notices.splice(i, 1);
}
