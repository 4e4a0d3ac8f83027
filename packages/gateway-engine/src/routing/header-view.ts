/** Headers of a call, by lower-case name. */
export interface HeaderView {
  readonly header: (name: string) => string | undefined;
}
