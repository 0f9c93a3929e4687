//! Reads what a note states of the light/heavy split.
//!
//! A note is taken clause by clause. A clause is a ratio (`LREE/HREE = 5.3`), an order
//! (`LREE>>HREE`), one or more quantities (`HREO form 14% of TREO`, `Y 300 g/t, Yb 4.2 g/t`),
//! a standing (`Y dominant`, `enriched in Ce, La, Nd`) or a list of elements (`Y, Dy`).

use super::words::{Word, words};
use crate::site::fact::{Amount, Fact, Member, Name, Part, Scope, Side, Standing, Statement, Unit};

/// What a column's cells speak of when they name nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Subject {
    Group(Name),
    Ratio,
}

impl Subject {
    /// From the column's name: `HREE_Note`, `LREE_Note`, `REE_Ratio`, `REE`.
    fn of_column(column: &str) -> Self {
        let column = column.to_ascii_lowercase();
        if column.contains("ratio") {
            Subject::Ratio
        } else if column.contains("hree") {
            Subject::Group(Name::Heavy)
        } else if column.contains("lree") {
            Subject::Group(Name::Light)
        } else {
            Subject::Group(Name::All)
        }
    }
}

/// Reads a note; where nothing or not all of it can be read, says what.
///
/// A percentage without a stated total is a share of the rare earths from `bare_share_from`
/// percent upward (`~30% HREE`): no rock holds that much of them. Below, it is a content.
pub(super) fn parse(column: &str, note: &str, bare_share_from: f64) -> (Vec<Fact>, Option<String>) {
    let subject = Subject::of_column(column);
    let words = words(note);
    let mut facts = Vec::new();
    let mut unread = 0;
    for clause in words.split(|word| *word == Word::Stop) {
        let found = Clause::new(clause, subject, bare_share_from).read();
        if found.is_empty() && clause.iter().any(|word| !matches!(word, Word::Sign(_))) {
            unread += 1;
        }
        facts.extend(found);
    }
    let reason = match (facts.is_empty(), unread) {
        (true, _) if words.iter().any(|word| matches!(word, Word::Number(_))) => {
            Some("its quantity is not of rare earths".to_owned())
        }
        (true, _) => Some("no statement on light or heavy rare earths was recognised".to_owned()),
        (false, 0) => None,
        (false, count) => Some(format!("{count} of its clauses not recognised")),
    };
    (facts, reason)
}

/// A clause and how far it is read.
struct Clause<'a> {
    words: &'a [Word],
    subject: Subject,
    bare_share_from: f64,
    certain: bool,
    /// A place named before a dash: `Toongi– 25% HREE`.
    locality: Option<Scope>,
    at: usize,
}

/// A number with its unit and what it is of.
struct Quantity {
    part: Part,
    amount: Amount,
    unit: Unit,
    /// The total it is a share of, where stated: of oxides, or of elements.
    share_of_oxides: Option<bool>,
    scope: Option<Scope>,
}

impl<'a> Clause<'a> {
    fn new(words: &'a [Word], subject: Subject, bare_share_from: f64) -> Self {
        let certain = !words.contains(&Word::Doubt);
        let (locality, words) = match words {
            [Word::Plain(name), Word::Sign('-'), rest @ ..] => (Scope::new(name), rest),
            words => (None, words),
        };
        Clause { words, subject, bare_share_from, certain, locality, at: 0 }
    }

    fn read(mut self) -> Vec<Fact> {
        if let Some(statement) = self.order().or_else(|| self.ratio()) {
            return vec![self.fact(statement, None)];
        }
        let quantities = self.quantities();
        if !quantities.is_empty() {
            return self.quantity_facts(quantities);
        }
        self.standing().or_else(|| self.elements()).into_iter().collect()
    }

    fn fact(&self, statement: Statement, scope: Option<Scope>) -> Fact {
        Fact { statement, scope: scope.or_else(|| self.locality.clone()), certain: self.certain }
    }

    fn has(&self, words: &[&str]) -> bool {
        self.words.iter().any(|word| word.is_one_of(words))
    }

    /// `LREE>>HREE`
    fn order(&self) -> Option<Statement> {
        self.words.windows(3).enumerate().find_map(|(at, three)| {
            let [first, Word::Sign(sign @ ('>' | '<')), _] = three else { return None };
            let first = side(first)?;
            let by_far = self.words.get(at + 2) == Some(&Word::Sign(*sign));
            let second = side(self.words.get(at + 2 + usize::from(by_far))?)?;
            let greater = if *sign == '>' { first } else { second };
            (first != second).then_some(Statement::Order { greater, by_far })
        })
    }

    /// `LREE/HREE = 5.3`, `High HREE/LREE`; in a ratio column a bare number.
    fn ratio(&mut self) -> Option<Statement> {
        let named = self.words.windows(3).find_map(|three| match three {
            [upper, Word::Sign('/'), lower] => {
                let (upper, lower) = (side(upper)?, side(lower)?);
                (upper != lower).then_some(upper)
            }
            _ => None,
        });
        if named.is_none() && self.subject != Subject::Ratio {
            return None;
        }
        if let Some((amount, Unit::Unstated)) = (0..self.words.len())
            .find_map(|at| self.amount(at).map(|(amount, unit, _)| (amount, unit)))
        {
            return Some(match named {
                Some(upper) => Statement::Ratio { upper, amount },
                None => Statement::BareRatio { amount },
            });
        }
        match named {
            Some(upper) if self.has(&["high"]) => Some(Statement::HighRatio { upper }),
            Some(upper) if self.has(&["low"]) => {
                Some(Statement::HighRatio { upper: upper.other() })
            }
            _ => None,
        }
    }

    /// All quantities of the clause, each with its part.
    fn quantities(&mut self) -> Vec<Quantity> {
        let mut found: Vec<Quantity> = Vec::new();
        let mut subject: Option<Part> = None;
        let mut share_of_oxides = None;
        let mut subject_scope = None;
        self.at = 0;
        while let Some(word) = self.words.get(self.at) {
            if let Some((amount, unit, next)) = self.amount(self.at) {
                let length = self.at > 0 && self.words[self.at - 1].is("over");
                self.at = next;
                if !length {
                    let last = found.last().map(|last| (last.amount, last.unit));
                    let quantity = self.quantity(amount, unit, subject.as_ref(), last);
                    found.extend(quantity);
                }
            } else if let Word::Member(_) = word {
                subject = self.part(true);
                // `HREE/TREE` is a share of the total.
                if let [Word::Sign('/'), Word::Member(Member { name: Name::All, oxide }), ..] =
                    self.rest()
                {
                    share_of_oxides = Some(*oxide);
                    self.at += 2;
                }
                if found.is_empty() {
                    subject_scope = self.scope();
                }
            } else {
                self.at += 1;
            }
        }
        for quantity in &mut found {
            quantity.share_of_oxides = quantity.share_of_oxides.or(share_of_oxides);
            quantity.scope = quantity.scope.take().or_else(|| subject_scope.clone());
        }
        found
    }

    fn rest(&self) -> &'a [Word] {
        self.words.get(self.at..).unwrap_or(&[])
    }

    /// What follows a number that has just been read: its part, the total, the scope.
    fn quantity(
        &mut self,
        amount: Amount,
        unit: Unit,
        subject: Option<&Part>,
        last: Option<(Amount, Unit)>,
    ) -> Vec<Quantity> {
        let bare = self.words.iter().all(|word| !matches!(word, Word::Plain(_) | Word::Member(_)));
        let mut share_of_oxides = None;
        let mut scope = None;
        let mut part = None;
        let mut each = false;
        match self.rest() {
            // `Ce + La + Nd = ~80% TREO`
            [Word::Member(Member { name: Name::All, oxide }), ..]
                if unit == Unit::Percent && subject.is_some_and(|subject| !is_all(subject)) =>
            {
                self.at += 1;
                share_of_oxides = Some(*oxide);
            }
            [Word::Member(_), ..] => part = self.part(false),
            // `8.2 kg/m3 monazite` is of the mineral.
            [Word::Plain(_), ..] if self.of_something_else() => return Vec::new(),
            [word, Word::Member(_), ..] if word.is("for") => {
                self.at += 1;
                part = self.part(true);
                each = true;
            }
            [word, ..] if word.is("of") => {
                let words = self.rest().get(1..).unwrap_or(&[]);
                let plain: Vec<&str> = words
                    .iter()
                    .map_while(|word| match word {
                        Word::Plain(text) => Some(text.as_str()),
                        _ => None,
                    })
                    .collect();
                self.at += 1 + plain.len();
                let stage = plain.iter().find(|word| STAGES.contains(word));
                scope = stage.and_then(|stage| Scope::new(&format!("{stage} resource")));
                if let [Word::Member(Member { name: Name::All, oxide }), ..] = self.rest() {
                    self.at += 1;
                    share_of_oxides = Some(*oxide);
                }
            }
            _ => {}
        }
        scope = self.scope().or(scope);
        // `4.9% Y, 9100 ppm Dy, 2990 Er`: unit and `up to` hold for the numbers that follow.
        let unit = match (unit, last) {
            (Unit::Unstated, Some((_, unit))) if part.is_some() => unit,
            (unit, _) => unit,
        };
        let amount = match (amount, last) {
            (Amount::Exactly(value), Some((Amount::UpTo(_), _))) if part.is_some() => {
                Amount::UpTo(value)
            }
            (amount, _) => amount,
        };
        // A number with neither unit nor part is a content only where it stands alone.
        if unit == Unit::Unstated && part.is_none() && !bare {
            return Vec::new();
        }
        let share_of_all = unit == Unit::Percent
            && subject.is_some_and(is_all)
            && part.as_ref().is_some_and(|part| !is_all(part));
        if share_of_all {
            share_of_oxides = Some(false);
        }
        let default = match self.subject {
            Subject::Group(name) => Some(Member { name, oxide: false }.into()),
            Subject::Ratio => None,
        };
        let parts: Vec<Part> = match part.or_else(|| subject.cloned()).or(default) {
            // `>100 ppm for Er, Dy, and Yb` holds for each.
            Some(part) if each => part.members().iter().map(|member| (*member).into()).collect(),
            part => part.into_iter().collect(),
        };
        let quantity =
            |part| Quantity { part, amount, unit, share_of_oxides, scope: scope.clone() };
        parts.into_iter().map(quantity).collect()
    }

    /// Whether a number that has just been read is of something that is no rare earth.
    fn of_something_else(&self) -> bool {
        const FOLLOWS: [&str; 14] = [
            "of", "in", "for", "and", "or", "reported", "average", "averaged", "found", "was",
            "is", "are", "over", "with",
        ];
        !self.rest().first().is_some_and(|word| word.is_one_of(&FOLLOWS))
    }

    /// Shares and contents.
    fn quantity_facts(&self, quantities: Vec<Quantity>) -> Vec<Fact> {
        let total = quantities.iter().find_map(|quantity| quantity.share_of_oxides);
        let sampled = ["sample", "samples", "soil", "soils", "sediments", "lake"]
            .iter()
            .find(|word| self.has(&[word]))
            .and_then(|word| Scope::new(if *word == "lake" { "lake sediments" } else { word }));
        // A scope at the end holds for the numbers before it as well.
        let last_scope = quantities.last().and_then(|last| last.scope.clone()).or(sampled);
        let high = quantities
            .iter()
            .filter(|quantity| quantity.unit == Unit::Percent && !is_all(&quantity.part))
            .map(|quantity| quantity.amount.middle())
            .fold(0.0, f64::max);
        let bare_share = last_scope.is_none() && high >= self.bare_share_from;
        quantities
            .into_iter()
            .map(|Quantity { part, amount, unit, scope, .. }| {
                let is_share =
                    unit == Unit::Percent && !is_all(&part) && (total.is_some() || bare_share);
                let oxide = part.members().iter().any(|member| member.oxide);
                let statement = if is_share {
                    let oxides = total.unwrap_or(oxide);
                    Statement::Share { part, percent: amount, oxides }
                } else {
                    Statement::Content { part, amount, unit }
                };
                self.fact(statement, scope.or_else(|| last_scope.clone()))
            })
            .collect()
    }

    /// `Y dominant`, `enriched in Ce, La, Nd`, `REE is largely LREE`.
    fn standing(&mut self) -> Option<Fact> {
        let standing = if self.has(&["dominant", "dominated", "dominates", "predominant"])
            || self.has(&["largely", "mainly", "mostly", "predominantly", "dominantly"])
        {
            Standing::Dominant
        } else if self.has(&["depleted"]) {
            Standing::Depleted
        } else if self.has(&["enriched", "rich", "enrichment"]) {
            if self.has(&["not"]) { Standing::NotEnriched } else { Standing::Enriched }
        } else if self.has(&["significant"]) {
            Standing::Significant
        } else {
            return None;
        };
        let part = match (self.named(), self.subject) {
            (Some(part), _) => part,
            (None, Subject::Group(name)) if name != Name::All => {
                Member { name, oxide: false }.into()
            }
            _ => return None,
        };
        let scope = (0..self.words.len()).find_map(|at| {
            self.at = at;
            self.scope()
        });
        Some(self.fact(Statement::Standing { part, standing }, scope))
    }

    /// `Y, Dy`, `Y present`, `Y, La, Ce are strongly anomalous`.
    fn elements(&self) -> Option<Fact> {
        // Of `Y only` no more is taken than that yttrium was found.
        const REPORTS: [&str; 13] = [
            "only",
            "and",
            "is",
            "are",
            "present",
            "reported",
            "detected",
            "identified",
            "also",
            "with",
            "some",
            "anomalous",
            "contains",
        ];
        let listed = self.has(&["anomalous"])
            || self.words.iter().all(|word| match word {
                Word::Plain(_) => word.is_one_of(&REPORTS),
                Word::Number(_) | Word::Unit(_) => false,
                _ => true,
            });
        let part = self.named().filter(|_| listed)?;
        Some(self.fact(Statement::Elements(part), None))
    }

    /// All groups and elements named in the clause but the whole of the rare earths.
    fn named(&self) -> Option<Part> {
        let members = self.words.iter().filter_map(|word| match word {
            Word::Member(member) if member.name != Name::All => Some(*member),
            _ => None,
        });
        Part::new(members.collect())
    }

    /// Groups and elements from here, joined by `+` (and, in a list, by `,` and `and`).
    fn part(&mut self, list: bool) -> Option<Part> {
        let mut members = Vec::new();
        while let Some(Word::Member(member)) = self.words.get(self.at) {
            members.push(*member);
            self.at += 1;
            self.at += match self.rest() {
                [Word::Sign('+'), Word::Member(_), ..] => 1,
                [Word::Sign(',' | '&'), Word::Member(_), ..] if list => 1,
                [word, Word::Member(_), ..] if list && word.is("and") => 1,
                [Word::Sign(','), word, Word::Member(_), ..] if list && word.is("and") => 2,
                _ => break,
            };
        }
        Part::new(members)
    }

    /// ` in monazite`, ` reported in lake sediments`, ` in 2 samples`.
    fn scope(&mut self) -> Option<Scope> {
        const ENDS: [&str; 7] = ["and", "over", "reported", "is", "are", "was", "were"];
        const ARTICLES: [&str; 7] = ["a", "an", "the", "some", "one", "two", "three"];
        let mut rest = self.rest();
        while let [first, others @ ..] = rest {
            if !first.is_one_of(&["reported", "found", "was"]) {
                break;
            }
            rest = others;
        }
        let [word, rest @ ..] = rest else { return None };
        if !word.is("in") {
            return None;
        }
        let skip = rest
            .iter()
            .take_while(|word| matches!(word, Word::Number(_)) || word.is_one_of(&ARTICLES))
            .count();
        let words: Vec<&str> = rest
            .iter()
            .skip(skip)
            .map_while(|word| match word {
                Word::Plain(text) if !word.is_one_of(&ENDS) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        let scope = match words.as_slice() {
            [] => return None,
            [stage, ..] if STAGES.contains(stage) => Scope::new(&format!("{stage} resource")),
            words => Scope::new(&words.join(" ")),
        };
        self.at = self.words.len() - rest.len() + skip + words.len();
        scope
    }

    /// An amount that begins at `at`, with its qualifiers: `up to ~99%`, `8–15%`, `>3%`. Hands
    /// back the amount, its unit and where the words after it begin.
    fn amount(&self, at: usize) -> Option<(Amount, Unit, usize)> {
        let mut at = at;
        let mut qualify: fn(f64) -> Amount = Amount::Exactly;
        loop {
            let rest = self.words.get(at..)?;
            let (next, length): (fn(f64) -> Amount, usize) = match rest {
                [Word::Sign('~'), ..] => (Amount::About, 1),
                [Word::Sign('>'), ..] => (Amount::Above, 1),
                [Word::Sign('<'), ..] => (Amount::Below, 1),
                [a, b, ..] if a.is("up") && b.is("to") => (Amount::UpTo, 2),
                [a, b, c, ..] if a.is("as") && b.is("much") && c.is_one_of(&["as", "a"]) => {
                    (Amount::UpTo, 3)
                }
                [a, b, ..] if a.is_one_of(&["more", "greater"]) && b.is("than") => {
                    (Amount::Above, 2)
                }
                [a, b, ..] if a.is("at") && b.is("least") => (Amount::Above, 2),
                [a, b, ..] if a.is("less") && b.is("than") => (Amount::Below, 2),
                [a, ..] if a.is_one_of(&["about", "approximately", "ca"]) => (Amount::About, 1),
                [Word::Number(_), ..] => break,
                _ => return None,
            };
            // The first qualifier counts: `up to ~99%` is a limit.
            if qualify(0.0) == Amount::Exactly(0.0) {
                qualify = next;
            }
            at += length;
        }
        let Some(Word::Number(first)) = self.words.get(at) else { return None };
        at += 1;
        let unit_at = |at: usize| match self.words.get(at) {
            Some(Word::Unit(unit)) => (Some(*unit), at + 1),
            _ => (None, at),
        };
        let (unit, next) = unit_at(at);
        // A range has its unit once or twice: `2–5%`, `2%–5%`.
        if let Some([dash, Word::Number(last)]) = self.words.get(next..next + 2)
            && (*dash == Word::Sign('-') || dash.is("to"))
            && first <= last
        {
            let (last_unit, end) = unit_at(next + 2);
            let unit = last_unit.or(unit).unwrap_or(Unit::Unstated);
            return Some((Amount::Between(*first, *last), unit, end));
        }
        Some((qualify(*first), unit.unwrap_or(Unit::Unstated), next))
    }
}

/// Words for how well a resource is known.
const STAGES: [&str; 3] = ["measured", "indicated", "inferred"];

/// The group that a word names, where it is the light or the heavy one.
fn side(word: &Word) -> Option<Side> {
    match word {
        Word::Member(Member { name: Name::Light, .. }) => Some(Side::Light),
        Word::Member(Member { name: Name::Heavy, .. }) => Some(Side::Heavy),
        _ => None,
    }
}

/// Whether a part is the whole of the rare earths.
fn is_all(part: &Part) -> bool {
    part.members().iter().all(|member| member.name == Name::All)
}
