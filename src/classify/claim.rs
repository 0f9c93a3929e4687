//! A class with the evidence for it, before all evidence is weighed.

use crate::site::{Confidence, Evidence, ReeType};

/// What one kind of evidence says.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub(super) class: ReeType,
    pub(super) confidence: Confidence,
    pub(super) basis: &'static str,
    pub(super) evidence: Vec<Evidence>,
}

impl Claim {
    pub(super) fn new(
        class: ReeType,
        confidence: Confidence,
        basis: &'static str,
        evidence: Vec<Evidence>,
    ) -> Self {
        Claim { class, confidence, basis, evidence }
    }

    /// Whether one says light and the other heavy.
    pub(super) fn opposes(&self, other: &Claim) -> bool {
        matches!(
            (self.class, other.class),
            (ReeType::Light, ReeType::Heavy) | (ReeType::Heavy, ReeType::Light)
        )
    }
}

/// A confidence lowered by some steps, to no less than low.
pub(super) fn lowered(confidence: Confidence, steps: usize) -> Confidence {
    match (confidence, steps) {
        (confidence, 0) => confidence,
        (Confidence::High, 1) => Confidence::Medium,
        _ => Confidence::Low,
    }
}
