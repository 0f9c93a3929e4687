//! What speaks for a pair and against it.

use geo::{Distance, Geodesic};

use super::block::Index;
use super::names::{How, Likeness, Side};
use super::record::{Record, Work};
use super::rules::Rules;
use super::{Justification, Link, Predicate, Verdict};

/// Names this much alike, or places this near (km), make a refusal worth showing.
const TELLING_NAME: f64 = 0.80;
const TELLING_KM: f64 = 2.0;

/// Points this near (km) may lie on both sides of a border that is drawn coarsely.
const BORDER_KM: f64 = 5.0;

/// Scores a pair; none where nothing speaks for it.
pub fn pair<'a>(
    subject: &Record<'a>,
    object: &Record<'a>,
    index: &Index,
    rules: &Rules,
) -> Option<Link<'a>> {
    let likeness = subject.names.likeness(&object.names, rules);
    let alike = likeness.as_ref().map_or(0.0, |found| found.score);
    let distance_km = match (subject.site.point, object.site.point) {
        (Some(one), Some(other)) => Some(Geodesic.distance(one, other) / 1e3),
        _ => None,
    };
    let same_country = subject.countries.is_empty()
        || object.countries.is_empty()
        || subject.countries.iter().any(|country| object.countries.contains(country));
    let near = distance_km.is_some_and(|km| km <= TELLING_KM);
    if (alike < TELLING_NAME && !near && alike < rules.scores.least_name)
        || (!same_country && distance_km.is_none_or(|km| km > BORDER_KM))
    {
        return None;
    }

    let mut score =
        Score { rules, sum: 0.0, weights: 0.0, of_distance: 0.0, factor: 1.0, reasons: Vec::new() };
    if let Some(likeness) = &likeness {
        score.name(likeness);
    } else {
        score.add(rules.weights.name, 0.0, "no name to compare".into());
    }
    let (contradicts, common) =
        (score.distance(distance_km, subject, object), score.commodities(subject, object));
    score.province(subject, object, distance_km);
    score.types(subject, object);

    // A rare name that both have as their own outweighs a location that must be wrong; without a
    // location a name must be all the surer.
    let telling = likeness.as_ref().filter(|found| {
        found.part.is_none()
            && matches!(found.how, How::Same | How::Sound)
            && found.names.iter().all(|name| name.own && !name.part)
    });
    let mut far = false;
    if contradicts
        && common
        && !subject.is_of_one_publisher(object)
        && let Some(found) = telling
        && index.is_rare(found.names[0], subject, object)
    {
        far = true;
        score.leave_out_distance();
        score.lower(
            rules.scores.far_apart,
            "no site elsewhere in the country has such a name: one of the locations is wrong"
                .into(),
        );
    }
    if distance_km.is_none() {
        let reason = match (subject.site.point, object.site.point) {
            (None, None) => "neither has a location",
            _ => "one has no location",
        };
        score.lower(rules.scores.without_location, reason.into());
    }

    let (confidence, mut reasons) = score.finish();
    let mut verdict = if confidence >= rules.scores.linked {
        Verdict::Linked
    } else if confidence >= rules.scores.candidate {
        Verdict::Candidate
    } else {
        Verdict::Refused
    };
    // With no place in common, a name of common words (Hill, North, 1) is that of many places.
    let placed = !subject.countries.is_empty() && !object.countries.is_empty();
    let generic = |found: &Likeness| found.names.iter().any(|name| name.is_generic(rules));
    if distance_km.is_none()
        && !placed
        && likeness.as_ref().is_none_or(generic)
        && verdict == Verdict::Linked
    {
        verdict = Verdict::Candidate;
        reasons.push("a common name, and no country or place in common".into());
    }
    let mut predicate = predicate(subject, object, likeness.as_ref(), confidence, far);
    // Of such pairs a person decides.
    if predicate != Predicate::Exact && predicate != Predicate::Close {
        verdict = verdict.max(Verdict::Candidate);
        reasons.push(
            match predicate {
                Predicate::Related => "a plant is not the deposit or mine of its name",
                _ if subject.names.many || object.names.many => "a record for many works",
                _ => "the name marks a part of the other",
            }
            .into(),
        );
    }
    if verdict == Verdict::Refused {
        if alike < TELLING_NAME && !(near && common) {
            return None;
        }
        // Nothing says how the two stand to each other.
        predicate = Predicate::Related;
    }
    Some(Link {
        subject: subject.site,
        object: object.site,
        predicate,
        verdict,
        confidence,
        justification: match distance_km {
            Some(_) => Justification::Composite,
            None => Justification::Lexical,
        },
        distance_km,
        name_similarity: alike,
        cardinality: None,
        reasons,
        own_names: likeness.is_some_and(|found| {
            found.names.iter().all(|name| name.own && !name.part) && found.how != How::Words
        }),
    })
}

/// How the two stand to each other, if they belong together.
fn predicate(
    subject: &Record,
    object: &Record,
    likeness: Option<&Likeness>,
    confidence: f64,
    far: bool,
) -> Predicate {
    let works = [subject.work, object.work];
    if works.contains(&Work::Plant) && works.contains(&Work::Rock) {
        return Predicate::Related;
    }
    match (subject.names.many, object.names.many) {
        (true, false) => return Predicate::Narrow,
        (false, true) => return Predicate::Broad,
        _ => {}
    }
    match likeness.and_then(|found| found.part) {
        Some(Side::Subject) => return Predicate::Broad,
        Some(Side::Object) => return Predicate::Narrow,
        None => {}
    }
    let same_name = likeness.is_some_and(|found| found.how == How::Same);
    if confidence >= 0.9 && same_name && !far && subject.area == object.area {
        Predicate::Exact
    } else {
        Predicate::Close
    }
}

/// A score as it grows, with its reasons.
struct Score<'r> {
    rules: &'r Rules,
    sum: f64,
    weights: f64,
    /// What the distance added to the sum.
    of_distance: f64,
    factor: f64,
    reasons: Vec<String>,
}

impl Score<'_> {
    /// Adds evidence of a weight, worth 0 to 1.
    fn add(&mut self, weight: f64, worth: f64, reason: String) {
        self.sum += weight * worth;
        self.weights += weight;
        self.reasons.push(reason);
    }

    /// Keeps a part of the score.
    fn lower(&mut self, factor: f64, reason: String) {
        self.factor *= factor;
        self.reasons.push(reason);
    }

    fn finish(self) -> (f64, Vec<String>) {
        let mean = if self.weights > 0.0 { self.sum / self.weights } else { 0.0 };
        // Two decimals tell enough; more would pretend.
        ((mean * self.factor * 100.0).round() / 100.0, self.reasons)
    }

    fn name(&mut self, found: &Likeness) {
        let least = self.rules.scores.least_name;
        let worth = ((found.score - least) / (1.0 - least)).clamp(0.0, 1.0);
        let [one, other] = found.names;
        let how = match found.how {
            How::Same => "same name",
            How::Sound => "names of one sound",
            How::Words => "one name holds the other",
            How::Letters if worth > 0.0 => "names spelled alike",
            How::Letters => "other names",
        };
        let which = match (one.own, other.own) {
            (true, true) => "",
            (false, false) => ", both among other names",
            _ => ", one among other names",
        };
        let said = if one.text == other.text {
            one.text.clone()
        } else {
            format!("{} / {}", one.text, other.text)
        };
        self.add(self.rules.weights.name, worth, format!("{how} ({said}){which}"));
    }

    /// The distance; whether the locations contradict each other.
    fn distance(&mut self, distance_km: Option<f64>, subject: &Record, object: &Record) -> bool {
        let Some(km) = distance_km else { return false };
        let tolerance = subject.tolerance_km + object.tolerance_km;
        let beyond = (km - tolerance).max(0.0);
        let reach = &self.rules.reach;
        let worth = (-beyond / reach.decay_km - tolerance / reach.vague_km).exp();
        let reason = if beyond == 0.0 {
            format!("{km:.1} km apart, within the {tolerance:.0} km that the two may miss")
        } else {
            format!("{km:.1} km apart, more than the {tolerance:.0} km that the two may miss")
        };
        self.of_distance = self.rules.weights.distance * worth;
        self.add(self.rules.weights.distance, worth, reason);
        beyond > self.rules.reach.decay_km
    }

    /// Takes the distance out again.
    fn leave_out_distance(&mut self) {
        self.sum -= self.of_distance;
        self.weights -= self.rules.weights.distance;
    }

    /// The commodities; whether some are shared.
    fn commodities(&mut self, subject: &Record, object: &Record) -> bool {
        let states = |record: &Record| !record.commodities.is_empty() || record.states_others;
        if !states(subject) || !states(object) {
            return false;
        }
        let shared: Vec<&str> = subject
            .commodities
            .iter()
            .filter(|g| object.commodities.contains(g))
            .copied()
            .collect();
        let weight = self.rules.weights.commodities;
        if !shared.is_empty() {
            self.add(weight, 1.0, format!("both list {}", shared.join(", ")));
            return true;
        }
        let pairs = subject
            .commodities
            .iter()
            .flat_map(|one| object.commodities.iter().map(move |other| (one, other)));
        let family = pairs.into_iter().find_map(|(one, other)| self.rules.family(one, other));
        match family {
            Some(family) => self.add(weight, 0.5, format!("commodities of {family}")),
            None => {
                self.add(weight, 0.0, "no commodity of the one goes with the other's".into());
                self.factor *= self.rules.scores.other_commodities;
            }
        }
        false
    }

    fn province(&mut self, subject: &Record, object: &Record, distance_km: Option<f64>) {
        let (Some(one), Some(other)) = (&subject.province, &object.province) else { return };
        let weight = self.rules.weights.province;
        if one == other {
            self.add(weight, 1.0, "same province".into());
        } else if distance_km.is_none() {
            self.add(weight, 0.0, format!("other provinces ({one}, {other})"));
            self.factor *= self.rules.scores.other_province;
        }
        // Of two located records the distance tells already.
    }

    fn types(&mut self, subject: &Record, object: &Record) {
        let known = !subject.classes.is_empty() && !object.classes.is_empty();
        let shared = subject.classes.iter().any(|class| object.classes.contains(class));
        if known && !shared && subject.is_of_one_publisher(object) {
            let reason = format!(
                "deposits of other kinds ({}, {})",
                subject.classes.join(", "),
                object.classes.join(", ")
            );
            self.lower(self.rules.scores.other_type, reason);
        }
    }
}
