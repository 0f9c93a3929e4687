//! What of a site is asked for, so that the rest need not be found.

/// The parts of a site, each of which takes work of its own to fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Ids, names, where the record stands.
    Record,
    /// The location and the dataset.
    Point,
    /// The country found.
    Country,
    /// The province found.
    Province,
    /// How far the country is, of a point off its coast.
    Distance,
    /// The place as stated.
    Stated,
    /// The segment and the REE type.
    Class,
    /// Commodities.
    Terms,
    /// The nearest port.
    Port,
    /// What only the databases state.
    Source,
}

/// The parts of sites that a question is about, and the own columns of plain points.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Ids, names, where the record stands.
    pub record: bool,
    /// The country found; the one stated, where none is.
    pub country: bool,
    /// The province found, likewise.
    pub province: bool,
    /// How far the country is, of a point off its coast.
    pub distance: bool,
    /// The place as stated.
    pub stated: bool,
    /// The segment and the REE type.
    pub class: bool,
    /// Commodities.
    pub terms: bool,
    /// The nearest port.
    pub port: bool,
    /// Names of own columns.
    pub own: Vec<String>,
}

impl Needs {
    /// All of a site, and no own columns.
    pub fn all() -> Self {
        Needs {
            record: true,
            country: true,
            province: true,
            distance: true,
            stated: true,
            class: true,
            terms: true,
            port: true,
            own: Vec::new(),
        }
    }

    /// What is asked for here and not there; own columns aside.
    pub fn without(&self, other: &Needs) -> Needs {
        Needs {
            record: self.record && !other.record,
            country: self.country && !other.country,
            province: self.province && !other.province,
            distance: self.distance && !other.distance,
            stated: self.stated && !other.stated,
            class: self.class && !other.class,
            terms: self.terms && !other.terms,
            port: self.port && !other.port,
            own: Vec::new(),
        }
    }

    /// Adds a part, with what it rests on.
    pub fn part(&mut self, part: Part) {
        match part {
            Part::Record => self.record = true,
            Part::Country => (self.country, self.stated) = (true, true),
            Part::Province => (self.country, self.province, self.stated) = (true, true, true),
            Part::Distance => (self.country, self.distance) = (true, true),
            Part::Stated => self.stated = true,
            Part::Class => (self.class, self.terms) = (true, true),
            Part::Terms => self.terms = true,
            Part::Port => (self.country, self.port) = (true, true),
            Part::Point | Part::Source => {}
        }
    }
}
