//! The XML that a geodatabase keeps of each item, as far as it tells what fields hold.

use std::collections::BTreeMap;

use crate::source::metadata;
use crate::source::xml::{elements, text};

/// Elements that describe a field in an item's definition: the name and alias are within.
const FIELDS: [&str; 2] = ["GPFieldInfoEx", "Field"];

/// Adds the aliases that an item's definition and its metadata give to fields, by field name in
/// lower case. What is there already stays.
pub(super) fn add_aliases(xml: &str, aliases: &mut BTreeMap<String, String>) {
    for field in FIELDS.into_iter().flat_map(|tag| elements(xml, tag)) {
        if let (Some(name), Some(alias)) = (text(field, "Name"), text(field, "AliasName")) {
            aliases.entry(name.to_lowercase()).or_insert(alias);
        }
    }
    metadata::add_aliases(xml, aliases);
}

/// The fields whose values are those of a domain, with the domain's name.
pub(super) fn domains(xml: &str) -> Vec<(String, String)> {
    let fields = FIELDS.into_iter().flat_map(|tag| elements(xml, tag));
    let named = |field| Some((text(field, "Name")?, text(field, "DomainName")?));
    fields.filter_map(named).collect()
}

/// The name of a domain of coded values, and the codes with what they mean.
pub(super) fn coded_values(xml: &str) -> Option<(String, Vec<(String, String)>)> {
    let values = elements(xml, "CodedValues").next()?;
    let name = text(xml, "DomainName")?;
    let value = |value| Some((text(value, "Code")?, text(value, "Name")?));
    Some((name, elements(values, "CodedValue").filter_map(value).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_found_in_definitions_and_metadata() {
        let xml = r#"<DEFeatureClassInfo xsi:type="x"><Name>Sites</Name><AliasName>All sites</AliasName>
            <GPFieldInfoExs xsi:type="y"><GPFieldInfoEx xsi:type="z"><Name>DsgAttr01</Name>
            <AliasName>Metals &amp; ores</AliasName></GPFieldInfoEx><GPFieldInfoEx><Name>Plain</Name>
            <AliasName/></GPFieldInfoEx></GPFieldInfoExs></DEFeatureClassInfo>"#;
        let metadata = "<eainfo><attr><attrlabl Sync=\"TRUE\">DsgAttr02</attrlabl><attalias>Type\
            </attalias></attr><attr><attrlabl>DsgAttr03 [Alias: Status]</attrlabl></attr></eainfo>";
        let mut aliases = BTreeMap::new();
        add_aliases(xml, &mut aliases);
        add_aliases(metadata, &mut aliases);
        let found: Vec<(&str, &str)> =
            aliases.iter().map(|(name, alias)| (name.as_str(), alias.as_str())).collect();
        let expected =
            [("dsgattr01", "Metals & ores"), ("dsgattr02", "Type"), ("dsgattr03", "Status")];
        assert_eq!(found, expected);
        for damaged in ["<attr><attrlabl>", "<Field", "<attr>", "</", "<Field ><Name></Name", "é<"]
        {
            add_aliases(damaged, &mut aliases);
        }
        assert_eq!(aliases.len(), 3);
    }
}
