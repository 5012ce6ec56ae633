// Who is signed in, and what they may do: pages offer only that. The server decides all the same.
import { ask, client, enrol, Problem, signedOut, type Schemas } from '$api/client';

export type Permission = 'read' | 'move' | 'adjust' | 'override' | 'reverse' | 'hold' | 'release' | 'manage' | 'people' | 'audit';

class Session {
  me = $state<Schemas['Me'] | null>(null);
  /** known is false until the server was asked. */
  known = $state(false);
  /** ended: they were signed in, and are not any more. */
  ended = $state(false);
  problem = $state<Problem | null>(null);

  constructor() {
    signedOut.tell = () => {
      if (this.me) this.ended = true;
    };
    enrol.tell = () => {
      if (this.me) this.me.second_factor_required = true; // the layout leads to the account
    };
  }

  /** load asks who is signed in. */
  async load() {
    this.problem = null;
    try {
      this.me = await ask(client.GET('/v1/me'));
      this.ended = false;
    } catch (e) {
      this.me = null;
      if (!(e instanceof Problem) || e.status !== 401) this.problem = e as Problem;
    }
    this.known = true;
  }

  /** begin takes over who just signed in. */
  async begin() {
    await this.load();
  }

  async end(all = false) {
    await ask(client.POST('/v1/logout', { body: { all } }));
    this.me = null;
    this.ended = false;
  }

  /** may tells whether they may do it at one site at least. */
  may(...any: Permission[]): boolean {
    return any.some((p) => this.me?.may?.includes(p) || this.me?.by === 'machine');
  }
}

export const session = new Session();
