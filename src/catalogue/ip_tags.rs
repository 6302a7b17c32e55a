//! The tags of addresses that are built into Defender for Cloud Apps, by id and name.
//!
//! Source of names: <https://learn.microsoft.com/defender-cloud-apps/ip-tags>; ids as recorded by shipped connectors.

/// Id and name of each.
pub static IP_TAGS: &[(&str, &str)] = &[
    ("0000002d0000000000000000", "Akamai Technologies"),
    ("000000290000000000000000", "Amazon Web Services"),
    ("000000030000000000000000", "Anonymous proxy"),
    ("0000002f0000000000000000", "Ascenty Data Centers"),
    ("0000000c0000000000000000", "Botnet"),
    ("000000380000000000000000", "Brute force attacker"),
    ("000000270000000000000000", "Cisco CWS"),
    ("000000050000000000000000", "Cloud App Security network"),
    ("0000001f0000000000000000", "Darknet scanning IP"),
    ("0000000e0000000000000000", "Exchange Online"),
    ("000000150000000000000000", "Exchange Online Protection"),
    ("000000280000000000000000", "Google Cloud Platform"),
    ("000000310000000000000000", "Internal Network IP"),
    ("0000000d0000000000000000", "Malware CnC server"),
    ("0000002e0000000000000000", "Masergy Communications"),
    ("0000002c0000000000000000", "McAfee Web Gateway"),
    ("0000002a0000000000000000", "Microsoft Azure"),
    ("0000001e0000000000000000", "Microsoft Cloud"),
    ("0000003a0000000000000000", "Microsoft Hosting"),
    ("000000100000000000000000", "Microsoft authentication and identity"),
    ("000000170000000000000000", "Office 365"),
    ("000000190000000000000000", "Office 365 Planner"),
    ("000000120000000000000000", "Office 365 ProPlus"),
    ("000000140000000000000000", "Office Online"),
    ("0000001d0000000000000000", "Office Sway"),
    ("0000001a0000000000000000", "Office Web Access Companion"),
    ("000000130000000000000000", "OneNote"),
    ("0000001c0000000000000000", "Remote Connectivity Analyzer"),
    ("000000390000000000000000", "Salesforce Cloud"),
    ("000000040000000000000000", "Satellite provider"),
    ("000000300000000000000000", "ScanSafe"),
    ("0000000f0000000000000000", "SharePoint Online"),
    ("000000180000000000000000", "Skype for Business Online"),
    ("000000330000000000000000", "Symantec Cloud"),
    ("2dfa95cd7922d979d66fcff5", "Tor"),
    ("0000001b0000000000000000", "Yammer"),
    ("000000160000000000000000", "Zscaler"),
];

/// The name of a built-in tag.
pub fn name(id: &str) -> Option<&'static str> {
    IP_TAGS.iter().find(|(known, _)| known.eq_ignore_ascii_case(id)).map(|(_, name)| *name)
}

/// The built-in tag with this name, case ignored: its id.
pub fn id(name: &str) -> Option<&'static str> {
    IP_TAGS.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(id, _)| *id)
}
