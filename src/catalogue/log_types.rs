//! The types of traffic logs that the product knows, and which of them can be read here.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-discovery-initiate>, whose names are those of appliances; the
//! spelling of one is the product's. Numbers stand in streams and data sources.

use crate::model::discovery::LogFormat;

/// The number of a type that has none known.
pub const UNNUMBERED: u16 = 0;

/// The number of logs whose columns a customer describes.
pub const CUSTOM: u16 = 167;

/// The types: number and name.
pub static LOG_TYPES: &[(u16, &str)] = &[
    (0, "INVALID"),
    (1, "OTHER"),
    (100, "LOG_3COM"),
    (101, "BARRACUDA"),
    (102, "BLUECOAT"),
    (103, "CHECKPOINT"),
    (104, "CISCO_ASA"),
    (105, "CISCO_SSL_WEBVPN_OR_SVC_VPN"),
    (106, "CISCO_IRONPORT_PROXY"),
    (107, "CISCO_NETFLOW"),
    (108, "FORTIGATE"),
    (109, "JUNIPER_NETWORKS"),
    (110, "GREENPLUM"),
    (111, "MICROSFOT_ISA"),
    (112, "PALO_ALTO"),
    (113, "SONICWALL"),
    (114, "SQUID"),
    (115, "SUN_MICROSYSTEMS_SUNSCREEN_FIREWALL"),
    (116, "SURICATA"),
    (117, "SYMANTEC_WEB_SECURITY_CLOUD"),
    (118, "WEBSENSE"),
    (119, "WATCH_GUARD"),
    (120, "ZSCALER"),
    (121, "MCAFEE_SWG"),
    (122, "HP_TIPPING_POINT"),
    (123, "HP_NETWORKING"),
    (124, "CISCO_SCAN_SAFE"),
    (125, "CHECKPOINT_OPSEC_LEA"),
    (126, "PALO_ALTO_SYSLOG"),
    (127, "METADATA_ACTIVE_DIRECTORY_LOGIN"),
    (128, "COX_SYSLOG"),
    (129, "JUNIPER_SRX"),
    (130, "SOPHOS_SG"),
    (131, "METADATA_HPE_LOGIN"),
    (132, "METADATA_CISCO_ISE"),
    (133, "CISCO_IRONPORT_PROXY_SYSLOG"),
    (134, "ZSCALER_NESTLE"),
    (135, "WEBSENSE_V7_5"),
    (136, "FORTIGATE_SYSLOG"),
    (137, "PAN_DELOITTE"),
    (138, "WEBSENSE_SIEM_CEF"),
    (139, "BLUECOAT_SYSLOG"),
    (140, "CHECKPOINT_SYSLOG"),
    (141, "CISCO_ASA_SYSLOG"),
    (142, "CISCO_SCAN_SAFE_SYSLOG"),
    (143, "ZSCALER_SYSLOG"),
    (144, "MCAFEE_SWG_SYSLOG"),
    (145, "CHECKPOINT_OPSEC_LEA_SYSLOG"),
    (146, "SQUID_SYSLOG"),
    (147, "JUNIPER_SRX_SYSLOG"),
    (148, "SOPHOS_SG_SYSLOG"),
    (149, "MICROSFOT_ISA_SYSLOG"),
    (150, "WEBSENSE_SYSLOG"),
    (151, "WEBSENSE_V7_5_SYSLOG"),
    (152, "WEBSENSE_SIEM_CEF_SYSLOG"),
    (153, "MACHINE_ZONE_MERAKI"),
    (154, "MACHINE_ZONE_MERAKI_SYSLOG"),
    (155, "SQUID_NATIVE"),
    (156, "SQUID_NATIVE_SYSLOG"),
    (157, "CISCO_FWSM"),
    (158, "CISCO_FWSM_SYSLOG"),
    (159, "MICROSOFT_ISA_W3C"),
    (160, "SONICWALL_SYSLOG"),
    (161, "MICROSOFT_ISA_W3C_SYSLOG"),
    (162, "SOPHOS_CYBEROAM"),
    (163, "SOPHOS_CYBEROAM_SYSLOG"),
    (164, "CLAVISTER"),
    (165, "CLAVISTER_SYSLOG"),
    (166, "BARRACUDA_SYSLOG"),
    (167, "CUSTOM_PARSER"),
    (168, "JUNIPER_SSG"),
    (169, "JUNIPER_SSG_SYSLOG"),
    (170, "ZSCALER_QRADAR"),
    (171, "ZSCALER_QRADAR_SYSLOG"),
    (172, "JUNIPER_SRX_SD"),
    (173, "JUNIPER_SRX_SD_SYSLOG"),
    (174, "JUNIPER_SRX_WELF"),
    (175, "JUNIPER_SRX_WELF_SYSLOG"),
    (176, "ADALLOM_PROXY_RAW_TRAFFIC"),
    (177, "CISCO_ASA_FIREPOWER"),
    (178, "CISCO_ASA_FIREPOWER_SYSLOG"),
    (179, "GENERIC_CEF"),
    (180, "GENERIC_CEF_SYSLOG"),
    (181, "GENERIC_LEEF"),
    (182, "GENERIC_LEEF_SYSLOG"),
    (183, "GENERIC_W3C"),
    (184, "GENERIC_W3C_SYSLOG"),
    (185, "I_FILTER"),
    (186, "I_FILTER_SYSLOG"),
    (187, "CHECKPOINT_XML"),
    (188, "CHECKPOINT_XML_SYSLOG"),
    (189, "CHECKPOINT_SMART_VIEW_TRACKER"),
    (190, "CHECKPOINT_SMART_VIEW_TRACKER_SYSLOG"),
    (191, "BARRACUDA_NEXT_GEN_FW"),
    (192, "BARRACUDA_NEXT_GEN_FW_SYSLOG"),
    (193, "BARRACUDA_NEXT_GEN_FW_WEBLOG"),
    (194, "BARRACUDA_NEXT_GEN_FW_WEBLOG_SYSLOG"),
    (195, "WDATP"),
    (196, "ZSCALER_CEF"),
    (197, "ZSCALER_CEF_SYSLOG"),
    (198, "SOPHOS_XG"),
    (199, "SOPHOS_XG_SYSLOG"),
    (200, "IBOSS"),
    (201, "IBOSS_SYSLOG"),
    (202, "FORCEPOINT"),
    (203, "FORCEPOINT_SYSLOG"),
    (204, "FORTIOS"),
    (205, "FORTIOS_SYSLOG"),
    (206, "CISCO_IRONPORT_WSA_II"),
    (207, "CISCO_IRONPORT_WSA_II_SYSLOG"),
    (208, "PALO_ALTO_LEEF"),
    (209, "PALO_ALTO_LEEF_SYSLOG"),
    (210, "FORCEPOINT_LEEF"),
    (211, "FORCEPOINT_LEEF_SYSLOG"),
    (212, "STORMSHIELD"),
    (213, "STORMSHIELD_SYSLOG"),
    (214, "CONTENTKEEPER"),
    (215, "CONTENTKEEPER_SYSLOG"),
    (216, "CISCO_IRONPORT_WSA_III"),
    (217, "CISCO_IRONPORT_WSA_III_SYSLOG"),
    (218, "CHECKPOINT_CEF"),
    (219, "CHECKPOINT_CEF_SYSLOG"),
    (220, "CORRATA"),
    (221, "CORRATA_SYSLOG"),
    (222, "CISCO_FIREPOWER_V6"),
    (223, "CISCO_FIREPOWER_V6_SYSLOG"),
    (224, "MENLO_SECURITY_CEF"),
    (225, "WATCHGUARD_XTM"),
    (226, "WATCHGUARD_XTM_SYSLOG"),
    // Sources of an upload whose numbers are not known.
    (UNNUMBERED, "OPEN_SYSTEMS_SECURE_WEB_GATEWAY"),
    (UNNUMBERED, "WANDERA_SYSLOG"),
];

/// The place of the type with this name, in any case; that of none is among them, and is no source.
pub fn named(name: &str) -> Option<usize> {
    LOG_TYPES.iter().position(|(_, known)| known.eq_ignore_ascii_case(name)).filter(|place| *place > 0)
}

/// The place of the type with this number.
pub fn numbered(number: u16) -> Option<usize> {
    LOG_TYPES.iter().position(|(known, _)| *known == number).filter(|place| *place > 0)
}

/// The format in which an appliance of this name writes, if it can be read here. Logs that come by syslog have its header
/// in front, else they are the same.
pub fn format_of(name: &str) -> Option<LogFormat> {
    Some(match name.strip_suffix("_SYSLOG").unwrap_or(name) {
        "GENERIC_CEF" | "ZSCALER_CEF" | "CHECKPOINT_CEF" | "MENLO_SECURITY_CEF" | "WEBSENSE_SIEM_CEF" => {
            LogFormat::Cef
        }
        "GENERIC_LEEF" | "PALO_ALTO_LEEF" | "FORCEPOINT_LEEF" | "ZSCALER_QRADAR" => LogFormat::Leef,
        "GENERIC_W3C" | "MICROSOFT_ISA_W3C" | "BLUECOAT" => LogFormat::W3c,
        "SQUID_NATIVE" => LogFormat::SquidNative,
        "SQUID" => LogFormat::SquidCommon,
        "ZSCALER" => LogFormat::Zscaler,
        "PALO_ALTO" => LogFormat::PaloAlto,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_found_by_name_and_by_number() {
        let squid = named("squid_native").unwrap();
        assert_eq!(LOG_TYPES[squid], (155, "SQUID_NATIVE"));
        assert_eq!(numbered(155), Some(squid));
        assert_eq!((named("INVALID"), named("NOPE"), numbered(9_999)), (None, None, None));
        assert!(named("WANDERA_SYSLOG").is_some());
    }

    #[test]
    fn every_format_that_can_be_read_is_that_of_a_type() {
        let read = |format| LOG_TYPES.iter().filter(|(_, name)| format_of(name) == Some(format)).count();
        for format in LogFormat::ALL {
            assert!(read(format) > 0, "{format:?}");
        }
    }
}
