//! A class with the evidence for it, before all evidence is weighed.

use crate::site::{Confidence, Evidence, ReeType};

/// The kind of evidence that a class rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    StatedClass,
    StatedShare,
    StatedRatio,
    StatedDominance,
    StatedOrder,
    Contents,
    ElementsReported,
    Minerals,
    MineralsAndDepositType,
    DepositType,
}

impl Basis {
    /// The words for it, as outputs and figures print them.
    pub(super) fn name(self) -> &'static str {
        match self {
            Basis::StatedClass => "stated class",
            Basis::StatedShare => "stated share",
            Basis::StatedRatio => "stated ratio",
            Basis::StatedDominance => "stated dominance",
            Basis::StatedOrder => "stated order",
            Basis::Contents => "contents",
            Basis::ElementsReported => "elements reported",
            Basis::Minerals => "minerals",
            Basis::MineralsAndDepositType => "minerals and deposit type",
            Basis::DepositType => "deposit type",
        }
    }

    /// Whether minerals have a part in it.
    pub(super) fn is_of_minerals(self) -> bool {
        matches!(self, Basis::Minerals | Basis::MineralsAndDepositType)
    }
}

/// What one kind of evidence says.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub(super) class: ReeType,
    pub(super) confidence: Confidence,
    pub(super) basis: Basis,
    pub(super) evidence: Vec<Evidence>,
    /// Whether the evidence points both ways: such a claim is low, is not lifted by what agrees
    /// with it and does not lift another.
    pub(super) divided: bool,
}

impl Claim {
    pub(super) fn new(
        class: ReeType,
        confidence: Confidence,
        basis: Basis,
        evidence: Vec<Evidence>,
    ) -> Self {
        Claim { class, confidence, basis, evidence, divided: false }
    }

    /// The claim of evidence that points both ways.
    pub(super) fn divided(self) -> Self {
        Claim { confidence: Confidence::Low, divided: true, ..self }
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
