/** Every line two spaces to the right, as what is to be copied is shown. */
export function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
