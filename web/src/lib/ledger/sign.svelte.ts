// A form that may have to be signed: the server says when, and then the signature goes beside the body.
import { Problem } from '$api/client';
import type { Signing } from '$ui/Signature.svelte';

export class Sign {
  asked = $state(false);
  signing = $state<Signing>({ meaning: 'release' });

  constructor(meaning: Signing['meaning']) {
    this.signing.meaning = meaning;
  }
  /** refused takes notice of what the server says. */
  refused(e: unknown) {
    if (e instanceof Problem && (e.code === 'signature_required' || e.field.startsWith('signature'))) this.asked = true;
    this.signing.code = '';
  }
  /** beside adds the signature to a body, where it is asked for. */
  beside<T extends object>(body: T): T {
    if (!this.asked) return body;
    const { password, code, meaning } = this.signing;
    return { ...body, signature: { meaning, ...(password && { password }), ...(code?.trim() && { code: code.trim() }) } };
  }
  done() {
    this.asked = false;
    this.signing.password = this.signing.code = '';
  }
}
