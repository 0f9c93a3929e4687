//! Which rare earths a site holds, by the strongest evidence.
//!
//! What notes state of class, shares, ratios, dominance, contents and order decides first. Else
//! the strongest of three decides, in this order among equals: elements that notes report,
//! minerals, deposit type. Other evidence that agrees raises a low confidence by one step, unless
//! one of the two points both ways; other evidence of nearly the same strength that says the
//! opposite lowers it by one. A class stated in one of reemap's own tables is no surer than its
//! row. All evidence is kept, with how it stands to the class.

use super::Rules;
use super::claim::{Basis, Claim, lowered};
use super::deposit_type::Settles;
use super::statements;
use crate::site::{Confidence, Evidence, Finding, Note, ReeType, Site, Stand};

/// The REE type of a site whose notes are parsed.
pub(super) fn classify(rules: &Rules, site: &Site) -> Finding<ReeType> {
    let notes = statements::weigh(&site.notes, &rules.elements);
    let settings = rules.deposit_types.settings(site);
    let mut minerals = rules.minerals.weigh(&site.ree_minerals, &settings, &rules.elements);
    let mut deposit = rules.deposit_types.weigh(site);
    // What minerals leave open the deposit type settles: in placers monazite far exceeds the
    // xenotime that is listed with it.
    if let (Some(claim), Some(settling), Some(first)) =
        (&mut minerals.claim, &mut deposit.claim, minerals.open)
    {
        if deposit.settles != Settles::WithTheFirst || settling.class == first {
            claim.class = settling.class;
            claim.basis = Basis::MineralsAndDepositType;
        } else {
            // The main mineral is not the one that the type stands for.
            *settling = settling.clone().divided();
        }
    }

    let mut claims: Vec<Claim> = notes.claims;
    let direct = claims.len();
    claims.extend(notes.hint);
    claims.extend(minerals.claim);
    claims.extend(deposit.claim);
    if claims.is_empty() {
        claims.extend(notes.last);
    }
    let silent: Vec<Evidence> =
        notes.silent.into_iter().chain(minerals.silent).chain(deposit.silent).collect();
    let silent = standing(silent, Stand::Silent);

    let decider = if direct > 0 {
        Some(0)
    } else {
        // The first of the surest.
        let surest = claims.iter().map(|claim| claim.confidence).max();
        claims.iter().position(|claim| Some(claim.confidence) == surest)
    };
    let Some(decider) = decider else {
        let evidence = std::iter::once(reason(site, &silent)).chain(silent.clone()).collect();
        return Finding { evidence, ..Finding::none(ReeType::Unknown) };
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
    let (confidence, step) = match decided.confidence {
        confidence if against && confidence != Confidence::Low => {
            let says = "one step less sure: evidence of nearly the same strength says the opposite";
            (lowered(confidence, 1), Some(("conflict", says, Stand::Differs)))
        }
        Confidence::Low if agreeing && !against => {
            let says = "one step surer: independent evidence agrees";
            (Confidence::Medium, Some(("agreement", says, Stand::Agrees)))
        }
        confidence => (confidence, None),
    };
    let confidence = match (&site.curation, decided.basis) {
        (Some(row), Basis::StatedClass) => confidence.min(row.confidence),
        _ => confidence,
    };
    let mut evidence = decided.evidence;
    for claim in claims {
        let stand = if claim.class == decided.class { Stand::Agrees } else { Stand::Differs };
        evidence.extend(standing(claim.evidence, stand));
    }
    evidence.extend(step.map(|(rule, says, stand)| Evidence {
        rule: rule.into(),
        says: says.into(),
        stand,
        ..Evidence::default()
    }));
    evidence.extend(silent);
    evidence.iter_mut().for_each(|piece| piece.stand = own_stand(piece, decided.class));
    evidence.sort_by_key(|piece| piece.stand);
    Finding {
        value: decided.class,
        confidence: Some(confidence),
        basis: decided.basis.name().into(),
        evidence,
    }
}

/// How a piece stands to a class: light and heavy minerals of one list each for themselves.
fn own_stand(piece: &Evidence, class: ReeType) -> Stand {
    let says = match piece.rule.as_str() {
        "minerals.light" => ReeType::Light,
        "minerals.heavy" => ReeType::Heavy,
        "minerals.either" => return Stand::Silent,
        _ => return piece.stand,
    };
    match piece.stand {
        Stand::Silent => Stand::Silent,
        // Both sides together make it mixed.
        Stand::Decides if says == class || class == ReeType::Mixed => Stand::Decides,
        _ if says == class => Stand::Agrees,
        _ => Stand::Differs,
    }
}

/// Evidence that stands so.
fn standing(evidence: impl IntoIterator<Item = Evidence>, stand: Stand) -> Vec<Evidence> {
    evidence.into_iter().map(|piece| Evidence { stand, ..piece }).collect()
}

/// Why nothing decides.
fn reason(site: &Site, silent: &[Evidence]) -> Evidence {
    let has_facts = |note: &Note| !note.facts.is_empty();
    let notes = match site.notes.iter().any(has_facts) {
        true => "what the notes state gives no share of light or heavy",
        false => "no note states anything of light and heavy",
    };
    let minerals = match site.ree_minerals.is_empty() {
        true => "no rare-earth mineral is named",
        false => "the minerals named are of neither side",
    };
    let spoken = silent.iter().any(|piece| piece.rule == "deposit-type");
    let types = match (site.deposit_types.is_empty(), spoken) {
        (true, _) => "no deposit type is given",
        (false, true) => "the deposit type ranges from light to heavy",
        (false, false) => "the rules have nothing on the deposit type",
    };
    Evidence {
        rule: "unknown".into(),
        says: format!("{notes}; {minerals}; {types}"),
        stand: Stand::Silent,
        ..Evidence::default()
    }
}
