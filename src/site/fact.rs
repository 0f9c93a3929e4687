//! What a note states of the light/heavy split, parsed.
//!
//! Each fact has one text form, made by `Display` and read by `FromStr`, which goes both ways
//! without loss: `LREO 70 % of TREO`, `Y dominant`, `LREE/HREE 5.3`, `ratio ~0.8`,
//! `elements Y, Dy`, `content Y 300 g/t`, `stated light`. The embedded catalogue stores it in
//! place of the source's sentence.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// One statement on the light/heavy split.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// What is stated.
    pub statement: Statement,
    /// The part of the deposit or the material it is stated of (`monazite`,
    /// `indicated resource`); none for the whole.
    pub scope: Option<Scope>,
    /// False where the source marks it with `(?)`.
    pub certain: bool,
}

/// What a fact states.
#[derive(Debug, Clone, PartialEq)]
pub enum Statement {
    /// The share of a part in the total rare earths, in percent: `LREO 70 % of TREO`.
    Share {
        /// The part; several members are taken together.
        part: Part,
        /// Percent of the total.
        percent: Amount,
        /// Whether the total is of oxides (TREO) or of elements (TREE).
        oxides: bool,
    },
    /// How a part stands among the rare earths: `Y dominant`.
    Standing {
        /// The part.
        part: Part,
        /// How it stands.
        standing: Standing,
    },
    /// The ratio of one group to the other: `LREE/HREE 5.3`.
    Ratio {
        /// The group above the line.
        upper: Side,
        /// The ratio.
        amount: Amount,
    },
    /// A ratio that does not say which group stands above the line: `ratio ~0.8`.
    BareRatio {
        /// The ratio.
        amount: Amount,
    },
    /// A ratio said to be high, without a number: `LREE/HREE high`.
    HighRatio {
        /// The group above the line.
        upper: Side,
    },
    /// One group exceeds the other: `LREE > HREE`, `LREE >> HREE`.
    Order {
        /// The group that is more.
        greater: Side,
        /// Whether by far.
        by_far: bool,
    },
    /// Elements reported, without amounts: `elements Y, Dy`.
    Elements(Part),
    /// A content in rock or mineral, not a share of the rare earths: `content Y 300 g/t`.
    Content {
        /// The part; several members are taken together.
        part: Part,
        /// The content, in `unit`.
        amount: Amount,
        /// The unit.
        unit: Unit,
    },
    /// A class given by the source itself: `stated light`.
    Class(Class),
}

/// One or more groups or elements, in the source's order; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part(Vec<Member>);

impl Part {
    /// A part of one or more members; none of none.
    pub fn new(members: Vec<Member>) -> Option<Self> {
        (!members.is_empty()).then_some(Part(members))
    }

    /// The members.
    pub fn members(&self) -> &[Member] {
        &self.0
    }

    /// The members with `between` between them.
    fn joined(&self, between: &str) -> String {
        self.0.iter().map(Member::to_string).collect::<Vec<_>>().join(between)
    }

    /// Reads members with `between` between them.
    fn split(text: &str, between: &str) -> Result<Self> {
        text.split(between).map(str::parse).collect::<Result<Vec<_>>>().map(Part)
    }
}

impl From<Member> for Part {
    fn from(member: Member) -> Self {
        Part(vec![member])
    }
}

/// A group or an element, as metal or as oxide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Member {
    /// Which.
    pub name: Name,
    /// Whether its oxide is meant (LREO, Y2O3).
    pub oxide: bool,
}

/// A group of rare earths, or one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Name {
    /// The light ones, as far as the source draws the line.
    Light,
    /// The middle ones (roughly Sm to Gd), where a source sets them apart.
    Middle,
    /// The heavy ones, as far as the source draws the line.
    Heavy,
    /// All rare earths.
    All,
    /// One element.
    Element(Element),
}

/// Light or heavy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The light rare earths.
    Light,
    /// The heavy rare earths.
    Heavy,
}

impl Side {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Side::Light => Side::Heavy,
            Side::Heavy => Side::Light,
        }
    }

    /// The group's short name.
    fn symbol(self) -> &'static str {
        match self {
            Side::Light => "LREE",
            Side::Heavy => "HREE",
        }
    }
}

/// How a part stands among the rare earths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It prevails.
    Dominant,
    /// There is more of it than usual.
    Enriched,
    /// There is no more of it than usual.
    NotEnriched,
    /// There is less of it than usual.
    Depleted,
    /// There is a good deal of it.
    Significant,
}

impl Standing {
    /// All, longest text first where one ends in another.
    pub const ALL: [Standing; 5] = [
        Standing::NotEnriched,
        Standing::Dominant,
        Standing::Enriched,
        Standing::Depleted,
        Standing::Significant,
    ];

    fn text(self) -> &'static str {
        match self {
            Standing::Dominant => "dominant",
            Standing::Enriched => "enriched",
            Standing::NotEnriched => "not enriched",
            Standing::Depleted => "depleted",
            Standing::Significant => "significant",
        }
    }
}

/// A number as a source states it; finite and not negative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// `70`
    Exactly(f64),
    /// `~70`
    About(f64),
    /// `8–15`
    Between(f64, f64),
    /// `>95`
    Above(f64),
    /// `<20`
    Below(f64),
    /// `up to 30`: the highest of several values.
    UpTo(f64),
}

impl Amount {
    /// The lowest value that the statement allows, of a quantity that can't be negative.
    pub fn low(self) -> f64 {
        match self {
            Amount::Exactly(value) | Amount::About(value) | Amount::Above(value) => value,
            Amount::Between(low, _) => low,
            Amount::Below(_) | Amount::UpTo(_) => 0.0,
        }
    }

    /// The highest value that the statement allows; none where it sets no limit.
    pub fn high(self) -> Option<f64> {
        match self {
            Amount::Exactly(value)
            | Amount::About(value)
            | Amount::Below(value)
            | Amount::UpTo(value) => Some(value),
            Amount::Between(_, high) => Some(high),
            Amount::Above(_) => None,
        }
    }

    /// The value, the middle of a range, or the bound itself.
    pub fn middle(self) -> f64 {
        match self {
            Amount::Exactly(value)
            | Amount::About(value)
            | Amount::Above(value)
            | Amount::Below(value)
            | Amount::UpTo(value) => value,
            Amount::Between(low, high) => low + (high - low) / 2.0,
        }
    }
}

/// The unit of a content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Percent by mass.
    Percent,
    /// Parts per million by mass.
    Ppm,
    /// Grams per metric ton.
    GramPerTon,
    /// Grams per cubic metre.
    GramPerCubicMetre,
    /// Kilograms per cubic metre.
    KilogramPerCubicMetre,
    /// Grams per cubic yard.
    GramPerCubicYard,
    /// Metric tons: an amount rather than a content, as some notes have it.
    Ton,
    /// Million metric tons.
    MillionTon,
    /// Not stated.
    Unstated,
}

impl Unit {
    /// All units that have a name.
    pub const NAMED: [Unit; 8] = [
        Unit::Percent,
        Unit::Ppm,
        Unit::GramPerTon,
        Unit::GramPerCubicMetre,
        Unit::KilogramPerCubicMetre,
        Unit::GramPerCubicYard,
        Unit::Ton,
        Unit::MillionTon,
    ];

    /// The symbol; empty where the unit is not stated.
    pub fn symbol(self) -> &'static str {
        match self {
            Unit::Percent => "%",
            Unit::Ppm => "ppm",
            Unit::GramPerTon => "g/t",
            Unit::GramPerCubicMetre => "g/m3",
            Unit::KilogramPerCubicMetre => "kg/m3",
            Unit::GramPerCubicYard => "g/yd3",
            Unit::Ton => "t",
            Unit::MillionTon => "Mt",
            Unit::Unstated => "",
        }
    }
}

/// A class that a source gives in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Light rare earths.
    Light,
    /// Both.
    Mixed,
    /// Middle and heavy rare earths, as China's quota for ion-adsorption clays has it.
    MidHeavy,
    /// Heavy rare earths.
    Heavy,
}

impl Class {
    /// All classes.
    pub const ALL: [Class; 4] = [Class::Light, Class::Mixed, Class::MidHeavy, Class::Heavy];

    fn text(self) -> &'static str {
        match self {
            Class::Light => "light",
            Class::Mixed => "mixed",
            Class::MidHeavy => "mid-heavy",
            Class::Heavy => "heavy",
        }
    }
}

/// What a statement is limited to: a few words in one line, without `;` and `(?)`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope(String);

impl Scope {
    /// A scope of the words in `text`; none where nothing is left of it.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.replace(';', " ").replace("(?)", " ");
        let words: Vec<&str> = text.split_whitespace().collect();
        (!words.is_empty()).then(|| Scope(words.join(" ")))
    }

    /// The words.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// The chemical elements that count as rare earths, by symbol, with their usual oxides.
macro_rules! elements {
    ($($symbol:ident $oxide:literal),+ $(,)?) => {
        /// A rare-earth element: scandium, yttrium and the lanthanides.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "the symbols speak")]
        pub enum Element { $($symbol),+ }

        impl Element {
            /// All of them, by atomic number.
            pub const ALL: &'static [Element] = &[$(Element::$symbol),+];

            /// The chemical symbol.
            pub fn symbol(self) -> &'static str {
                match self { $(Element::$symbol => stringify!($symbol)),+ }
            }

            /// The formula of the oxide in which contents are reported.
            pub fn oxide(self) -> &'static str {
                match self { $(Element::$symbol => $oxide),+ }
            }

            /// The element of that symbol.
            pub fn from_symbol(symbol: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|element| element.symbol() == symbol)
            }
        }
    };
}

elements!(
    Sc "Sc2O3", Y "Y2O3", La "La2O3", Ce "CeO2", Pr "Pr6O11", Nd "Nd2O3", Pm "Pm2O3",
    Sm "Sm2O3", Eu "Eu2O3", Gd "Gd2O3", Tb "Tb4O7", Dy "Dy2O3", Ho "Ho2O3", Er "Er2O3",
    Tm "Tm2O3", Yb "Yb2O3", Lu "Lu2O3",
);

/// The groups' short names, as metals and as oxides.
const GROUPS: [(Name, &str, &str); 4] = [
    (Name::Light, "LREE", "LREO"),
    (Name::Middle, "MREE", "MREO"),
    (Name::Heavy, "HREE", "HREO"),
    (Name::All, "TREE", "TREO"),
];

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.name {
            Name::Element(element) if self.oxide => element.oxide(),
            Name::Element(element) => element.symbol(),
            group => GROUPS
                .iter()
                .find(|(name, ..)| *name == group)
                .map_or("", |(_, metal, oxide)| if self.oxide { oxide } else { metal }),
        };
        f.write_str(text)
    }
}

impl FromStr for Member {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let group = GROUPS.iter().find_map(|(name, metal, oxide)| match text {
            text if text == *metal => Some(Member { name: *name, oxide: false }),
            text if text == *oxide => Some(Member { name: *name, oxide: true }),
            _ => None,
        });
        let element = || {
            Element::ALL.iter().find_map(|element| match text {
                text if text == element.symbol() => Some((*element, false)),
                text if text == element.oxide() => Some((*element, true)),
                _ => None,
            })
        };
        group
            .or_else(|| {
                element().map(|(element, oxide)| Member { name: Name::Element(element), oxide })
            })
            .ok_or_else(|| broken(text))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Amount::Exactly(value) => write!(f, "{value}"),
            Amount::About(value) => write!(f, "~{value}"),
            Amount::Between(low, high) => write!(f, "{low}–{high}"),
            Amount::Above(value) => write!(f, ">{value}"),
            Amount::Below(value) => write!(f, "<{value}"),
            Amount::UpTo(value) => write!(f, "up to {value}"),
        }
    }
}

impl FromStr for Amount {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let number = |digits: &str| {
            digits
                .parse::<f64>()
                .ok()
                .filter(|value| value.is_finite() && value.is_sign_positive())
                .ok_or_else(|| broken(text))
        };
        if let Some((low, high)) = text.split_once('–') {
            return Ok(Amount::Between(number(low)?, number(high)?));
        }
        if let Some(value) = text.strip_prefix("up to ") {
            return number(value).map(Amount::UpTo);
        }
        match text.strip_prefix(['~', '>', '<']) {
            Some(value) if text.starts_with('~') => number(value).map(Amount::About),
            Some(value) if text.starts_with('>') => number(value).map(Amount::Above),
            Some(value) => number(value).map(Amount::Below),
            None => number(text).map(Amount::Exactly),
        }
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Statement::Share { part, percent, oxides } => {
                let total = if *oxides { "TREO" } else { "TREE" };
                write!(f, "{} {percent} % of {total}", part.joined("+"))
            }
            Statement::Standing { part, standing } => {
                write!(f, "{} {}", part.joined(", "), standing.text())
            }
            Statement::Ratio { upper, amount } => {
                write!(f, "{}/{} {amount}", upper.symbol(), upper.other().symbol())
            }
            Statement::BareRatio { amount } => write!(f, "ratio {amount}"),
            Statement::HighRatio { upper } => {
                write!(f, "{}/{} high", upper.symbol(), upper.other().symbol())
            }
            Statement::Order { greater, by_far } => {
                let sign = if *by_far { ">>" } else { ">" };
                write!(f, "{} {sign} {}", greater.symbol(), greater.other().symbol())
            }
            Statement::Elements(part) => write!(f, "elements {}", part.joined(", ")),
            Statement::Content { part, amount, unit } => {
                write!(f, "content {} {amount}", part.joined("+"))?;
                match unit {
                    Unit::Unstated => Ok(()),
                    unit => write!(f, " {}", unit.symbol()),
                }
            }
            Statement::Class(class) => write!(f, "stated {}", class.text()),
        }
    }
}

impl FromStr for Statement {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if let Some(class) = text.strip_prefix("stated ") {
            let class = Class::ALL.into_iter().find(|value| value.text() == class);
            return class.map(Statement::Class).ok_or_else(|| broken(text));
        }
        if let Some(list) = text.strip_prefix("elements ") {
            return Part::split(list, ", ").map(Statement::Elements);
        }
        if let Some(amount) = text.strip_prefix("ratio ") {
            return Ok(Statement::BareRatio { amount: amount.parse()? });
        }
        if let Some(content) = text.strip_prefix("content ") {
            return parse_content(content);
        }
        if let Some((share, total)) = text.split_once(" % of ") {
            let (part, percent) = share.split_once(' ').ok_or_else(|| broken(text))?;
            let oxides = match total {
                "TREO" => true,
                "TREE" => false,
                _ => return Err(broken(text)),
            };
            return Ok(Statement::Share {
                part: Part::split(part, "+")?,
                percent: percent.parse()?,
                oxides,
            });
        }
        for upper in [Side::Light, Side::Heavy] {
            let (upper_name, lower_name) = (upper.symbol(), upper.other().symbol());
            if let Some(amount) = text.strip_prefix(&format!("{upper_name}/{lower_name} ")) {
                return match amount {
                    "high" => Ok(Statement::HighRatio { upper }),
                    amount => Ok(Statement::Ratio { upper, amount: amount.parse()? }),
                };
            }
            for (sign, by_far) in [(">>", true), (">", false)] {
                if text == format!("{upper_name} {sign} {lower_name}") {
                    return Ok(Statement::Order { greater: upper, by_far });
                }
            }
        }
        for standing in Standing::ALL {
            if let Some(part) =
                text.strip_suffix(standing.text()).and_then(|part| part.strip_suffix(' '))
            {
                return Ok(Statement::Standing { part: Part::split(part, ", ")?, standing });
            }
        }
        Err(broken(text))
    }
}

/// Reads `Y 300 g/t`, `HREE up to 26`.
fn parse_content(text: &str) -> Result<Statement> {
    let (part, rest) = text.split_once(' ').ok_or_else(|| broken(text))?;
    let named = Unit::NAMED
        .into_iter()
        .find_map(|unit| Some((rest.strip_suffix(unit.symbol())?.strip_suffix(' ')?, unit)));
    let (amount, unit) = named.unwrap_or((rest, Unit::Unstated));
    Ok(Statement::Content { part: Part::split(part, "+")?, amount: amount.parse()?, unit })
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.statement)?;
        if let Some(scope) = &self.scope {
            write!(f, " in {}", scope.text())?;
        }
        if !self.certain {
            f.write_str(" (?)")?;
        }
        Ok(())
    }
}

impl FromStr for Fact {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (stated, certain) = match text.strip_suffix(" (?)") {
            Some(stated) => (stated, false),
            None => (text, true),
        };
        let (statement, scope) = match stated.split_once(" in ") {
            Some((statement, scope)) => {
                (statement, Some(Scope::new(scope).ok_or_else(|| broken(text))?))
            }
            None => (stated, None),
        };
        Ok(Fact { statement: statement.parse()?, scope, certain })
    }
}

impl Fact {
    /// A certain statement about the whole.
    pub fn new(statement: Statement) -> Self {
        Fact { statement, scope: None, certain: true }
    }

    /// The text of all facts of a note, as the catalogue stores it.
    pub fn join(facts: &[Fact]) -> String {
        facts.iter().map(Fact::to_string).collect::<Vec<_>>().join("; ")
    }

    /// The facts of a note, from the text that [`Fact::join`] makes; none from a blank.
    pub fn split(text: &str) -> Result<Vec<Fact>> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Vec::new());
        }
        text.split(';').map(|fact| fact.trim().parse()).collect()
    }
}

/// A text that is no fact.
fn broken(text: &str) -> Error {
    Error::usage(format!("`{text}` is not a statement on rare earths"))
        .with_hint("statements read like `LREO 70 % of TREO`, `Y dominant` or `LREE/HREE 5.3`")
}
