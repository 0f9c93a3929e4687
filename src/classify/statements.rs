//! What the facts of a site's notes say of its rare earths.

use super::claim::{Basis, Claim, lowered};
use super::elements::Elements;
use crate::site::fact::{
    Amount, Class, Element, Fact, Member, Name, Part, Scope, Side, Standing, Statement, Unit,
};
use crate::site::{Confidence, Evidence, Note, ReeType};

/// The claims that a site's notes make.
#[derive(Default)]
pub(super) struct Statements {
    /// Stated classes, shares, ratios, dominance, contents and order, the strongest first.
    pub(super) claims: Vec<Claim>,
    /// What elements were reported or raised; weaker than minerals.
    pub(super) hint: Option<Claim>,
    /// Contents of elements of one side only, which speak where nothing else does.
    pub(super) last: Option<Claim>,
    /// Facts that bear on the split and decide nothing.
    pub(super) silent: Vec<Evidence>,
}

/// A fact with the note it stands in.
#[derive(Clone, Copy)]
struct Stated<'a> {
    note: &'a Note,
    fact: &'a Fact,
}

/// One piece of evidence for each note, with all of its facts that were used.
fn evidence(found: &[Stated], rule: &str, says: &str) -> Vec<Evidence> {
    let mut notes: Vec<(&Note, Vec<String>)> = Vec::new();
    for stated in found {
        let fact = stated.fact.to_string();
        match notes.iter_mut().find(|(note, _)| std::ptr::eq(*note, stated.note)) {
            Some((_, facts)) if facts.contains(&fact) => {}
            Some((_, facts)) => facts.push(fact),
            None => notes.push((stated.note, vec![fact])),
        }
    }
    notes
        .into_iter()
        .map(|(note, facts)| Evidence {
            rule: rule.into(),
            column: note.column.clone(),
            cell: note.text.clone().unwrap_or_else(|| Fact::join(&note.facts)),
            says: format!("{}: {says}", facts.join("; ")),
            ..Evidence::default()
        })
        .collect()
}

/// The facts alone.
fn facts<'a, T>(found: &[(Stated<'a>, T)]) -> Vec<Stated<'a>> {
    found.iter().map(|(stated, _)| *stated).collect()
}

/// A share of heavy in percent: the least and the most that is allowed, and the best single
/// value.
#[derive(Clone, Copy)]
struct Range {
    low: f64,
    high: f64,
    middle: f64,
}

impl Range {
    fn of(percent: Amount) -> Self {
        let high = percent.high().unwrap_or(100.0).min(100.0);
        Range { low: percent.low().min(100.0), high, middle: percent.middle().min(100.0) }
    }

    /// What is left of a hundred.
    fn rest(self) -> Self {
        Range { low: 100.0 - self.high, high: 100.0 - self.low, middle: 100.0 - self.middle }
    }

    /// From the least to the most of several, with the mean of their middles.
    fn over(ranges: &[Range]) -> Option<Self> {
        let count = ranges.len() as f64;
        let sum: f64 = ranges.iter().map(|range| range.middle).sum();
        (!ranges.is_empty()).then(|| Range {
            low: ranges.iter().map(|range| range.low).fold(100.0, f64::min),
            high: ranges.iter().map(|range| range.high).fold(0.0, f64::max),
            middle: sum / count,
        })
    }

    /// From ratios of light to heavy, or of heavy to light.
    fn of_ratio(upper: Side, amount: Amount) -> Self {
        let share = |ratio: f64| match upper {
            Side::Light => 100.0 / (1.0 + ratio),
            Side::Heavy => 100.0 - 100.0 / (1.0 + ratio),
        };
        let (a, b) = (share(amount.low()), share(amount.high().unwrap_or(f64::INFINITY)));
        let (low, high) = (a.min(b), a.max(b));
        // The middle of the shares that a range of ratios spans, not that of the ratios.
        let middle = match amount {
            Amount::Between(..) => low + (high - low) / 2.0,
            amount => share(amount.middle()),
        };
        Range { low, high, middle }
    }
}

/// Weighs the facts of all notes.
pub(super) fn weigh(notes: &[Note], elements: &Elements) -> Statements {
    let stated: Vec<Stated> = notes
        .iter()
        .flat_map(|note| note.facts.iter().map(move |fact| Stated { note, fact }))
        .collect();
    let weighing = Weighing { stated, elements };
    let claims = [
        weighing.stated_class(),
        weighing.heavy_share(),
        weighing.light_share(),
        weighing.heavy_elements(),
        weighing.ratio(),
        weighing.dominance(),
        weighing.contents(),
        weighing.order(),
    ];
    Statements {
        claims: claims.into_iter().flatten().collect(),
        hint: weighing.hint(),
        last: weighing.contents_of_one_side(),
        silent: weighing.middle_group(),
    }
}

struct Weighing<'a> {
    stated: Vec<Stated<'a>>,
    elements: &'a Elements,
}

impl<'a> Weighing<'a> {
    /// Facts for which `pick` yields something, with that.
    fn pick<T>(&self, pick: impl Fn(&'a Statement) -> Option<T>) -> Vec<(Stated<'a>, T)> {
        self.stated
            .iter()
            .filter_map(|stated| Some((*stated, pick(&stated.fact.statement)?)))
            .collect()
    }

    /// Steps to take off for doubt, limits and partial scopes.
    fn doubts(&self, stated: Stated, amount: Option<Amount>) -> usize {
        let partial = stated.fact.scope.as_ref().is_some_and(|s| self.elements.is_partial(s));
        usize::from(!stated.fact.certain)
            + usize::from(partial)
            + usize::from(matches!(amount, Some(Amount::UpTo(_))))
    }

    /// `stated light`
    fn stated_class(&self) -> Option<Claim> {
        let found = self.pick(|statement| match statement {
            Statement::Class(class) => Some(*class),
            _ => None,
        });
        let (first, class) = *found.first()?;
        let (class, says) = match class {
            Class::Light => (ReeType::Light, "light by the source's own word"),
            Class::Mixed => (ReeType::Mixed, "mixed by the source's own word"),
            Class::MidHeavy => (ReeType::Mixed, "middle and heavy by the source's own word"),
            Class::Heavy => (ReeType::Heavy, "heavy by the source's own word"),
        };
        let worth = &self.elements.worth;
        let confidence = if first.fact.certain { worth.stated_class } else { worth.doubted_class };
        Some(Claim::new(
            class,
            confidence,
            Basis::StatedClass,
            evidence(&[first], "stated-class", says),
        ))
    }

    /// The class of a share of heavy, and how sure it is.
    fn of_range(&self, range: Range, worth: Confidence, steps: usize) -> (ReeType, Confidence) {
        let crosses = self.elements.class(range.low) != self.elements.class(range.high);
        let near = self.elements.is_near_a_line(range.middle);
        let confidence = lowered(worth, steps + usize::from(crosses) + usize::from(near));
        (self.elements.class(range.middle), confidence)
    }

    /// `HREO 14 % of TREO`: a share of the heavy group decides directly. Middle rare earths,
    /// where a source sets them apart, are not added to it: Sm to Gd are light by our line.
    fn heavy_share(&self) -> Option<Claim> {
        let found = self.pick(|statement| group_share(statement, Name::Heavy));
        let ranges: Vec<Range> = found.iter().map(|(_, percent)| Range::of(*percent)).collect();
        let range = Range::over(&ranges)?;
        let steps = found.iter().map(|(stated, percent)| self.doubts(*stated, Some(*percent)));
        let (class, mut confidence) =
            self.of_range(range, self.elements.worth.share, steps.max().unwrap_or(0));
        if range.middle < self.elements.share.doubtful_below {
            confidence = Confidence::Low;
        }
        let says = format!("{class} by the share of heavy");
        let evidence = evidence(&facts(&found), "share.heavy", &says);
        Some(Claim::new(class, confidence, Basis::StatedShare, evidence))
    }

    /// `LREO 70 % of TREO`, `La+Ce+Pr+Nd >95 % of TREE`: what the light leave is the most that
    /// the heavy can be.
    fn light_share(&self) -> Option<Claim> {
        let light = self.elements.share.light_below;
        let groups = self.pick(|statement| group_share(statement, Name::Light));
        let (found, range, of_group) = if groups.is_empty() {
            let (found, range) = self.element_sum(Side::Light)?;
            (found, range, false)
        } else {
            let ranges: Vec<Range> =
                groups.iter().map(|(_, percent)| Range::of(*percent)).collect();
            (groups, Range::over(&ranges)?, true)
        };
        let heavy = range.rest();
        let steps = found
            .iter()
            .map(|(stated, percent)| self.doubts(*stated, Some(*percent)))
            .max()
            .unwrap_or(0);
        let worth = self.elements.worth.share;
        let (class, confidence) = if heavy.middle <= light {
            let open = found.iter().all(|(_, percent)| percent.high().is_none());
            let crosses = heavy.high > light && !open;
            (ReeType::Light, lowered(worth, steps + usize::from(crosses)))
        } else if of_group {
            // The middle group may be in what is left, so one step less.
            let (class, confidence) = self.of_range(heavy, worth, steps + 1);
            (class, confidence)
        } else {
            return None;
        };
        let most = (heavy.middle * 100.0).round() / 100.0;
        let says = format!("leaves at most {most} % for heavy");
        let evidence = evidence(&facts(&found), "share.light", &says);
        Some(Claim::new(class, confidence, Basis::StatedShare, evidence))
    }

    /// `Y 54 % of TREE`: some heavy elements are the least that the heavy can be.
    fn heavy_elements(&self) -> Option<Claim> {
        let (found, range) = self.element_sum(Side::Heavy)?;
        let steps = found
            .iter()
            .map(|(stated, percent)| self.doubts(*stated, Some(*percent)))
            .max()
            .unwrap_or(0);
        let worth = self.elements.worth.share;
        let class = self.elements.class(range.middle);
        let confidence = match class {
            ReeType::Heavy => {
                let crosses = range.low <= self.elements.share.heavy_above;
                let near = self.elements.is_near_a_line(range.middle);
                lowered(worth, steps + usize::from(crosses) + usize::from(near))
            }
            // At least mixed; what is not stated may make it heavy.
            ReeType::Mixed => Confidence::Low,
            _ => return None,
        };
        let least = (range.middle * 100.0).round() / 100.0;
        let says = format!("heavy are at least {least} %");
        let evidence = evidence(&facts(&found), "share.elements", &says);
        Some(Claim::new(class, confidence, Basis::StatedShare, evidence))
    }

    /// The sum of the shares of single elements of one side; an element that several facts
    /// state counts once.
    fn element_sum(&self, side: Side) -> Option<(Vec<(Stated<'a>, Amount)>, Range)> {
        let mut found: Vec<(Stated, Amount, &Part)> = self
            .pick(|statement| match statement {
                Statement::Share { part, percent, .. } if self.all_of(part, side) => {
                    Some((*percent, part))
                }
                _ => None,
            })
            .into_iter()
            .map(|(stated, (percent, part))| (stated, percent, part))
            .collect();
        found.sort_by_key(|(.., part)| std::cmp::Reverse(part.members().len()));
        let mut covered: Vec<Element> = Vec::new();
        let mut scope: Option<&Option<Scope>> = None;
        let mut sum = Range { low: 0.0, high: 0.0, middle: 0.0 };
        let mut used = Vec::new();
        for (stated, percent, part) in found {
            let own: Vec<Element> = elements_of(part).collect();
            // Shares of different parts of a deposit don't add up: keep to the first.
            let same_place = *scope.get_or_insert(&stated.fact.scope) == &stated.fact.scope;
            if own.iter().any(|element| covered.contains(element)) || !same_place {
                continue;
            }
            covered.extend(own);
            let range = Range::of(percent);
            sum.low += range.low;
            sum.high += range.high;
            sum.middle += range.middle;
            used.push((stated, percent));
        }
        let capped = Range {
            low: sum.low.min(100.0),
            high: sum.high.min(100.0),
            middle: sum.middle.min(100.0),
        };
        (!used.is_empty()).then_some((used, capped))
    }

    /// Whether all members are elements of one side.
    fn all_of(&self, part: &Part, side: Side) -> bool {
        part.members().iter().all(|member| match member.name {
            Name::Element(element) => self.elements.side(element) == Some(side),
            _ => false,
        })
    }

    /// `LREE/HREE 5.3`, `ratio ~0.8`
    fn ratio(&self) -> Option<Claim> {
        let found = self.pick(|statement| {
            let (upper, amount) = ratio_of(statement)?;
            (!self.is_open(upper, amount)).then_some((upper, amount))
        });
        let (stated, (upper, amount)) = *found.first()?;
        let bare = matches!(stated.fact.statement, Statement::BareRatio { .. });
        let worth = &self.elements.worth;
        let worth = if bare { worth.bare_ratio } else { worth.ratio };
        let range = Range::of_ratio(upper, amount);
        let steps = self.doubts(stated, Some(amount));
        let all_three = self.elements.class(range.low) == ReeType::Light
            && self.elements.class(range.high) == ReeType::Heavy;
        let (class, confidence) = self.of_range(range, worth, steps + usize::from(all_three));
        let heavy = if range.low == range.high {
            format!("{:.0}", range.middle)
        } else {
            format!("{:.0}–{:.0}", range.low, range.high)
        };
        let assumed = if bare { ", taken as light over heavy" } else { "" };
        let says = format!("heavy are {heavy} % of both{assumed}");
        let evidence = evidence(&[stated], "ratio", &says);
        Some(Claim::new(class, confidence, Basis::StatedRatio, evidence))
    }

    /// Whether a ratio is a bound that leaves the class open, such as `LREE/HREE >1`.
    fn is_open(&self, upper: Side, amount: Amount) -> bool {
        let range = Range::of_ratio(upper, amount);
        matches!(amount, Amount::Above(_) | Amount::Below(_) | Amount::UpTo(_))
            && self.elements.class(range.low) != self.elements.class(range.high)
    }

    /// `Y dominant`, `LREE >> HREE`, `HREE/LREE high`
    fn dominance(&self) -> Option<Claim> {
        let found = self.pick(|statement| match statement {
            Statement::Standing { part, standing: Standing::Dominant } => self.side_of(part),
            Statement::Order { greater, by_far: true } => Some(*greater),
            Statement::HighRatio { upper } => Some(*upper),
            _ => None,
        });
        let (_, side) = *found.first()?;
        let same = found.iter().all(|(_, other)| *other == side);
        let class = if same { of_side(side) } else { ReeType::Mixed };
        let steps = found.iter().map(|(stated, _)| self.doubts(*stated, None)).min().unwrap_or(0);
        let confidence = lowered(self.elements.worth.dominance, steps + usize::from(!same));
        let evidence = found
            .iter()
            .flat_map(|(stated, side)| {
                let says = format!("{} rare earths prevail", of_side(*side));
                evidence(&[*stated], "dominance", &says)
            })
            .collect();
        Some(Claim::new(class, confidence, Basis::StatedDominance, evidence))
    }

    /// Contents of both groups, or of elements of both, give a share.
    fn contents(&self) -> Option<Claim> {
        let contents = self.pick(|statement| match statement {
            Statement::Content { part, amount, unit } => Some((part, *amount, *unit)),
            _ => None,
        });
        let group = |part: &Part, name: Name| match part.members() {
            [member] => member.name == name,
            _ => false,
        };
        let mut ranges = Vec::new();
        let mut used: Vec<(Stated, Amount)> = Vec::new();
        for (heavy, (part, amount, unit)) in &contents {
            if !group(part, Name::Heavy) {
                continue;
            }
            let partner = contents.iter().find(|(light, (part, _, other))| {
                group(part, Name::Light) && other == unit && light.fact.scope == heavy.fact.scope
            });
            let Some((light, (_, light_amount, _))) = partner else { continue };
            let total = amount.middle() + light_amount.middle();
            if total > 0.0 {
                let share = 100.0 * amount.middle() / total;
                ranges.push(Range { low: share, high: share, middle: share });
                used.extend([(*heavy, *amount), (*light, *light_amount)]);
            }
        }
        if let Some(range) = Range::over(&ranges) {
            let steps = used.iter().map(|(stated, amount)| self.doubts(*stated, Some(*amount)));
            let steps = steps.max().unwrap_or(0);
            let (class, confidence) =
                self.of_range(range, self.elements.worth.group_contents, steps);
            let says = format!("heavy are {:.0} % of both groups", range.middle);
            let evidence = evidence(&facts(&used), "contents.groups", &says);
            return Some(Claim::new(class, confidence, Basis::Contents, evidence));
        }
        self.element_contents(&contents)
    }

    /// Contents of single elements: a rough share, where yttrium and lanthanum or cerium are
    /// among them.
    fn element_contents(&self, contents: &[(Stated<'a>, (&Part, Amount, Unit))]) -> Option<Claim> {
        let mut used = Vec::new();
        let (mut light, mut heavy) = (0.0, 0.0);
        let mut named = Vec::new();
        for (stated, (part, amount, unit)) in contents {
            let (Some(factor), [Member { name: Name::Element(element), .. }]) =
                (ppm(*unit), part.members())
            else {
                continue;
            };
            let content = amount.middle() * factor;
            match self.elements.side(*element) {
                Some(Side::Light) => light += content,
                Some(Side::Heavy) => heavy += content,
                None => continue,
            }
            named.push(*element);
            used.push(*stated);
        }
        let enough = named.contains(&Element::Y)
            && (named.contains(&Element::La) || named.contains(&Element::Ce))
            && light + heavy > 0.0;
        if !enough {
            return None;
        }
        let share = 100.0 * heavy / (light + heavy);
        let says = format!("heavy are {share:.0} % of the elements given");
        let evidence = evidence(&used, "contents.elements", &says);
        let class = self.elements.class(share);
        Some(Claim::new(class, self.elements.worth.element_contents, Basis::Contents, evidence))
    }

    /// `LREE > HREE`, `LREE/HREE >1`: which group is more, not by how much.
    fn order(&self) -> Option<Claim> {
        let found = self.pick(|statement| match statement {
            Statement::Order { greater, by_far: false } => Some(*greater),
            statement => {
                let (upper, amount) = ratio_of(statement)?;
                self.is_open(upper, amount).then(|| match amount {
                    Amount::Above(_) => upper,
                    _ => upper.other(),
                })
            }
        });
        let (_, side) = *found.first()?;
        let same = found.iter().all(|(_, other)| *other == side);
        let class = if same { of_side(side) } else { ReeType::Mixed };
        let evidence = found
            .iter()
            .flat_map(|(stated, side)| {
                let bare = matches!(stated.fact.statement, Statement::BareRatio { .. });
                let assumed = if bare { ", taken as light over heavy" } else { "" };
                let side = of_side(*side);
                let says = format!("more {side} rare earths, by how much is not said{assumed}");
                evidence(&[*stated], "order", &says)
            })
            .collect();
        Some(Claim::new(class, self.elements.worth.order, Basis::StatedOrder, evidence))
    }

    /// What is reported or raised says which side drew attention. What says how a group stands
    /// (`HREE depleted`) goes before bare lists.
    fn hint(&self) -> Option<Claim> {
        let compared = self.pick(|statement| match statement {
            Statement::Standing { part, standing: Standing::Depleted } => part
                .members()
                .iter()
                .all(|member| !matches!(member.name, Name::Element(_)))
                .then(|| self.side_of(part))
                .flatten()
                .map(Side::other),
            Statement::Standing { part, standing: Standing::Enriched | Standing::Significant } => {
                self.side_of(part)
            }
            _ => None,
        });
        let listed = || {
            self.pick(|statement| match statement {
                Statement::Elements(part) => self.side_of(part),
                _ => None,
            })
        };
        let found = if compared.is_empty() { listed() } else { compared };
        self.hinted(found, "hint")
    }

    /// The hint that `found` gives.
    fn hinted(&self, found: Vec<(Stated<'a>, Side)>, rule: &str) -> Option<Claim> {
        let (_, side) = *found.first()?;
        let same = found.iter().all(|(_, other)| *other == side);
        let class = if same { of_side(side) } else { ReeType::Mixed };
        let evidence = found
            .iter()
            .flat_map(|(stated, side)| {
                let says = format!("points to {} rare earths", of_side(*side));
                evidence(&[*stated], rule, &says)
            })
            .collect();
        Some(Claim::new(class, self.elements.worth.hint, Basis::ElementsReported, evidence))
    }

    /// Contents of single elements that are all of one side: an element reported with its content
    /// says as much as one reported without. They give no share, so they speak last.
    fn contents_of_one_side(&self) -> Option<Claim> {
        let found = self.pick(|statement| match statement {
            Statement::Content { part, .. } if elements_of(part).next().is_some() => {
                self.side_of(part)
            }
            _ => None,
        });
        let (_, side) = *found.first()?;
        let alike = found.iter().all(|(_, other)| *other == side);
        if alike { self.hinted(found, "contents.one-side") } else { None }
    }

    /// The side of a part; none where its members are of both, or between them.
    fn side_of(&self, part: &Part) -> Option<Side> {
        let mut sides = part.members().iter().filter_map(|member| match member.name {
            Name::Light => Some(Side::Light),
            Name::Heavy => Some(Side::Heavy),
            Name::Element(element) => self.elements.side_in_list(element),
            Name::Middle | Name::All => None,
        });
        let first = sides.next()?;
        sides.all(|side| side == first).then_some(first)
    }

    /// Shares of the middle group, for the record.
    fn middle_group(&self) -> Vec<Evidence> {
        let found = self.pick(|statement| group_share(statement, Name::Middle));
        evidence(&facts(&found), "share.middle", "the middle group, not heavy")
    }
}

/// A ratio with the group above its line. A bare number is taken as light over heavy, as the
/// ratios that name their groups mostly stand.
fn ratio_of(statement: &Statement) -> Option<(Side, Amount)> {
    match statement {
        Statement::Ratio { upper, amount } => Some((*upper, *amount)),
        Statement::BareRatio { amount } => Some((Side::Light, *amount)),
        _ => None,
    }
}

/// The share of a part that holds a group (`HREO+Y` is the heavy group).
fn group_share(statement: &Statement, group: Name) -> Option<Amount> {
    match statement {
        Statement::Share { part, percent, .. } => {
            part.members().iter().any(|member| member.name == group).then_some(*percent)
        }
        _ => None,
    }
}

fn elements_of(part: &Part) -> impl Iterator<Item = Element> {
    part.members().iter().filter_map(|member| match member.name {
        Name::Element(element) => Some(element),
        _ => None,
    })
}

fn of_side(side: Side) -> ReeType {
    match side {
        Side::Light => ReeType::Light,
        Side::Heavy => ReeType::Heavy,
    }
}

/// How many ppm one of the unit is; none for units that are not by mass.
fn ppm(unit: Unit) -> Option<f64> {
    match unit {
        Unit::Percent => Some(10_000.0),
        Unit::Ppm | Unit::GramPerTon => Some(1.0),
        _ => None,
    }
}
