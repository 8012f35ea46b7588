/** @returns the median of each figure that the items of a list have */
export function median(list) {
  return Object.fromEntries(
    Object.keys(list[0]).map((key) => {
      const sorted = list.map((item) => item[key]).sort((one, other) => one - other);
      return [key, sorted[Math.floor(sorted.length / 2)]];
    }),
  );
}
