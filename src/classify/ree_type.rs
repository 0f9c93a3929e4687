//! Which rare earths a site holds, by the strongest evidence.
//!
//! What notes state of class, shares, ratios, dominance, contents and order decides first. Else
//! the strongest of three decides, in this order among equals: elements that notes report,
//! minerals, deposit type. Other evidence that agrees raises a low confidence by one step, unless
//! one of the two points both ways; other evidence of nearly the same strength that says the
//! opposite lowers it by one. A class stated in one of reemap's own tables is no surer than its
//! row. All evidence is kept.

use super::Rules;
use super::claim::{Basis, Claim, lowered};
use super::statements;
use crate::site::{Confidence, Finding, ReeType, Site};

/// The REE type of a site whose notes are parsed.
pub(super) fn classify(rules: &Rules, site: &Site) -> Finding<ReeType> {
    let notes = statements::weigh(&site.notes, &rules.elements);
    let mut minerals = rules.minerals.weigh(&site.ree_minerals, &rules.elements);
    let (deposit, mut silent) = rules.deposit_types.weigh(site);
    // Where light and heavy minerals stand side by side the deposit type settles it: in placers
    // monazite far exceeds the xenotime that is listed with it.
    if let (Some(claim), Some(deposit), false) = (&mut minerals.claim, &deposit, minerals.settled) {
        claim.class = deposit.class;
        claim.basis = Basis::MineralsAndDepositType;
    }

    let mut claims: Vec<Claim> = notes.claims;
    let direct = claims.len();
    claims.extend(notes.hint);
    claims.extend(minerals.claim);
    claims.extend(deposit);
    silent.splice(0..0, minerals.silent);
    silent.splice(0..0, notes.silent);

    let decider = if direct > 0 {
        Some(0)
    } else {
        // The first of the surest.
        let surest = claims.iter().map(|claim| claim.confidence).max();
        claims.iter().position(|claim| Some(claim.confidence) == surest)
    };
    let Some(decider) = decider else {
        return Finding { evidence: silent, ..Finding::none(ReeType::Unknown) };
    };
    let mut decided = claims.remove(decider);
    // Minerals that say the same as a surer deposit type go before it.
    let minerals = claims
        .iter()
        .position(|claim| claim.basis.is_of_minerals() && claim.class == decided.class);
    if let (Some(minerals), Basis::DepositType) = (minerals, decided.basis) {
        let deposit = std::mem::replace(&mut decided, claims.remove(minerals));
        if !decided.divided {
            decided.confidence = deposit.confidence;
        }
        claims.push(deposit);
    }
    let against = claims
        .iter()
        .any(|other| other.opposes(&decided) && other.confidence >= lowered(decided.confidence, 1));
    let agreeing = claims
        .iter()
        .any(|other| other.class == decided.class && !(other.divided || decided.divided));
    let confidence = match decided.confidence {
        confidence if against => lowered(confidence, 1),
        Confidence::Low if agreeing => Confidence::Medium,
        confidence => confidence,
    };
    let confidence = match (&site.curation, decided.basis) {
        (Some(row), Basis::StatedClass) => confidence.min(row.confidence),
        _ => confidence,
    };
    let mut evidence = decided.evidence;
    evidence.extend(claims.into_iter().flat_map(|claim| claim.evidence));
    evidence.extend(silent);
    Finding {
        value: decided.class,
        confidence: Some(confidence),
        basis: decided.basis.name().into(),
        evidence,
    }
}
