/** Stands for the present among the parameters of a compiled rule: the instant is put in when the rule is run. */
export const NOW = Object.freeze({ parameter: 'now' });
