/** As Java prints a double that is not too large: always with a fraction. */
export function formatDouble(value: number): string {
  if (Number.isInteger(value)) return `${value}.0`;
  if (value >= 0.001) return String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}
