/** Tokens of a prompt, and of its answer. */
export interface TokenPair {
  readonly input: number;
  readonly output: number;
}

/** What a deployment may read and write, a minute. Undefined: as much as it likes. */
export interface TokenLimits {
  readonly input: number | undefined;
  readonly output: number | undefined;
}

/** Whose minute it is, and what it holds. */
export interface TokenRoom {
  readonly id: string;
  /** As the row has it: the reference counts under both names. */
  readonly underlyingModel: string;
  readonly limits: TokenLimits;
}

/** What a call has taken of a minute, until its attempt ends. */
export interface TokenHold {
  /**
   * The attempt is over; further ends are no news. What was taken becomes what was used; a call of whose tokens nobody has said anything
   * keeps what it took, and one that came to nothing (`'nothing'`) gives it back.
   */
  readonly end: (used: TokenPair | 'unknown' | 'nothing') => void;
}

/** A minute has not so much room. */
export interface RoomFull {
  readonly kind: 'full';
  readonly side: keyof TokenPair;
  readonly limit: number;
  /** With what was asked for. */
  readonly used: number;
}

/** Counts tokens against what deployments may read and write, behind a port: in memory, or shared between instances. */
export interface TokenRooms {
  /** Takes of both or of neither. In memory it says so at once. */
  readonly take: (room: TokenRoom, asked: TokenPair) => TokenHold | RoomFull | Promise<TokenHold | RoomFull>;
  /** What is known to be taken of the running minute. */
  readonly taken: (room: TokenRoom) => TokenPair;
}
