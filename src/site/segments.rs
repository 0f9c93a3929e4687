//! The segments of the supply chain that a site is in: one, or several.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{Confidence, Finding, Segment};

/// The segments of a site, each with what it rests on, from upstream to downstream.
///
/// There is always one: `unknown`, alone, where nothing speaks for another. As text, and in
/// files, they are joined by `; ` (`midstream; downstream`).
#[derive(Debug, Clone, PartialEq)]
pub struct Segments(Vec<Finding<Segment>>);

impl Segments {
    /// The segments found, in any order, each once; `unknown` on no evidence where none was.
    pub fn new(mut found: Vec<Finding<Segment>>) -> Self {
        found.sort_by_key(|finding| finding.value);
        found.dedup_by_key(|finding| finding.value);
        if found.len() > 1 {
            found.retain(|finding| finding.value != Segment::Unknown);
        }
        if found.is_empty() {
            found.push(Finding::none(Segment::Unknown));
        }
        Segments(found)
    }

    /// Each segment with what it rests on, from upstream to downstream.
    pub fn findings(&self) -> &[Finding<Segment>] {
        &self.0
    }

    /// Each segment, from upstream to downstream.
    pub fn iter(&self) -> impl Iterator<Item = Segment> {
        self.0.iter().map(|finding| finding.value)
    }

    /// Whether a segment is among them.
    pub fn has(&self, segment: Segment) -> bool {
        self.iter().any(|value| value == segment)
    }

    /// Whether they are more than one.
    pub fn are_several(&self) -> bool {
        self.0.len() > 1
    }

    /// The kind of evidence of each, in their order and joined as they are.
    pub fn basis(&self) -> String {
        let bases: Vec<&str> = self.0.iter().map(|finding| finding.basis.as_str()).collect();
        bases.join(BETWEEN)
    }

    /// How far each can be relied on, in their order and joined as they are; none where the
    /// segment is `unknown`.
    pub fn confidence(&self) -> Option<String> {
        let confidences: Vec<&str> =
            self.0.iter().filter_map(|finding| finding.confidence.map(Confidence::name)).collect();
        (!confidences.is_empty()).then(|| confidences.join(BETWEEN))
    }
}

/// What joins segments in text.
const BETWEEN: &str = "; ";

impl Default for Segments {
    fn default() -> Self {
        Segments::new(Vec::new())
    }
}

impl From<Finding<Segment>> for Segments {
    fn from(finding: Finding<Segment>) -> Self {
        Segments::new(vec![finding])
    }
}

impl fmt::Display for Segments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { BETWEEN })?;
            f.write_str(segment.name())?;
        }
        Ok(())
    }
}

impl Serialize for Segments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
