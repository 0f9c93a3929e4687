//! What a note states of the light/heavy split, parsed.

/// One statement on the light/heavy split.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {}
