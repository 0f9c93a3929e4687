//! The embedded fonts: subsets of Noto Sans for Latin and Greek and of Noto Sans SC for Chinese,
//! made by `data/fonts/build.py`. SIL Open Font License 1.1, beside them.
//!
//! A picture asks for the families [`LATIN`] and then [`CHINESE`]; the second also has the few
//! signs that the first lacks (≤ ≥ → ●).

/// The family of the Latin and Greek letters, with every diacritic.
pub const LATIN: &str = "Noto Sans";

/// The family of the Chinese characters: countries, China's provinces, words on maps.
pub const CHINESE: &str = "Noto Sans SC";

/// Noto Sans, weight 400.
pub const LATIN_REGULAR: &[u8] = include_bytes!("../data/fonts/NotoSans-regular.ttf");

/// Noto Sans, weight 600.
pub const LATIN_SEMIBOLD: &[u8] = include_bytes!("../data/fonts/NotoSans-semibold.ttf");

/// Noto Sans SC, weight 400.
pub const CHINESE_REGULAR: &[u8] = include_bytes!("../data/fonts/NotoSansSC-regular.ttf");

/// Noto Sans SC, weight 600.
pub const CHINESE_SEMIBOLD: &[u8] = include_bytes!("../data/fonts/NotoSansSC-semibold.ttf");

/// All of them.
pub const ALL: [&[u8]; 4] = [LATIN_REGULAR, LATIN_SEMIBOLD, CHINESE_REGULAR, CHINESE_SEMIBOLD];
