/// Numbers from a seed: `SplitMix64` (Steele, Lea and Flood, 2014).
///
/// Written out, because a seed must mean the same faults with every version of every library.
pub(super) struct Seeded(u64);

impl Seeded {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 and below this limit; 0 for limit 0. Its bias is far below what a plan shows.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    pub(super) fn pick<T: Copy>(&mut self, first: T, others: &[T]) -> T {
        let index = self.below(others.len() as u64 + 1);
        let other = usize::try_from(index)
            .ok()
            .and_then(|index| index.checked_sub(1));
        other
            .and_then(|index| others.get(index))
            .copied()
            .unwrap_or(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of the published implementation for seed 1234567.
    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        let mut numbers = Seeded::new(1_234_567);
        let first: Vec<_> = std::iter::repeat_with(|| numbers.next()).take(3).collect();
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!(first, published);
    }
}
