/** The variables of the process, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `$$`, `${NAME}`, or a `${` that is neither. */
const REFERENCE = /\$(?:\$|\{([A-Za-z_]\w*)\}|\{)/g;

/**
 * Puts variables in the place of `${NAME}`, and `$` in the place of `$$`. Any other `$` stands for itself.
 * @returns the completed text, or what is wrong with its references, each problem once
 */
export function substitute(
  text: string,
  env: Environment,
): { readonly text: string } | { readonly problems: readonly string[] } {
  const problems: string[] = [];
  const completed = text.replace(REFERENCE, (reference, name: string | undefined) => {
    if (reference === '$$') {
      return '$';
    }
    if (name === undefined) {
      problems.push('has a "${" that names no variable: write $$ for a dollar sign');
      return reference;
    }
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value === undefined) {
      problems.push(`names the environment variable ${name}, which is not set`);
      return reference;
    }
    return value;
  });
  return problems.length === 0 ? { text: completed } : { problems: [...new Set(problems)] };
}
