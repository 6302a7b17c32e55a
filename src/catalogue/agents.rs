//! Browsers and client apps of the simulated people.
//!
//! Browsers on Windows 11 still call themselves "Windows NT 10.0" (the frozen user-agent string), so the product
//! shows Windows 10 for them; native clients tell the build. Families and system names beyond the recorded
//! `CHROME` / `OS X` are (unverified).

/// What a client is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// A browser on a computer.
    Browser,
    /// A mail program on a computer.
    Mail,
    /// The Teams program on a computer.
    Chat,
    /// The file synchroniser.
    Sync,
    /// A browser or mail app on a phone or tablet.
    Phone,
    /// The Salesforce app on a phone.
    Crm,
    /// Git.
    Git,
    /// Programs without a person, see `principals`.
    Machine,
    /// A script that somebody runs.
    Script,
}

/// A row of the catalogue.
pub(crate) struct Client {
    pub(crate) purpose: Use,
    /// Runs on: `w`indows, `m`ac, `l`inux, `i`Phone or iPad, `a`ndroid.
    pub(crate) platform: char,
    /// How common, among the clients of the same purpose and platform.
    pub(crate) weight: u32,
    pub(crate) text: &'static str,
    pub(crate) family: &'static str,
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) system: (&'static str, &'static str),
    pub(crate) os_key: &'static str,
    pub(crate) device: &'static str,
}

const WINDOWS_10: (&str, &str) = ("Windows 10", "Windows");
const WINDOWS_11: (&str, &str) = ("Windows 11", "Windows");
const MAC: (&str, &str) = ("OS X", "Mac OS");

#[allow(clippy::too_many_arguments, reason = "one row of a table")]
const fn client(
    purpose: Use,
    platform: char,
    weight: u32,
    (family, name, version): (&'static str, &'static str, &'static str),
    system: (&'static str, &'static str),
    os_key: &'static str,
    device: &'static str,
    text: &'static str,
) -> Client {
    Client { purpose, platform, weight, text, family, name, version, system, os_key, device }
}

/// The catalogue. The index of a row is its code.
#[rustfmt::skip]
pub(crate) const CLIENTS: &[Client] = &[
    client(Use::Browser, 'w', 55, ("EDGE", "Microsoft Edge", "142.0.0.0"), WINDOWS_10, "windows_10", "DESKTOP",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"),
    client(Use::Browser, 'w', 35, ("CHROME", "Chrome", "142.0.0.0"), WINDOWS_10, "windows_10", "DESKTOP",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"),
    client(Use::Browser, 'w', 10, ("FIREFOX", "Firefox", "145.0"), WINDOWS_10, "windows_10", "DESKTOP",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"),
    client(Use::Browser, 'm', 50, ("SAFARI", "Safari", "18.6"), MAC, "mac_os", "DESKTOP",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15"),
    client(Use::Browser, 'm', 40, ("CHROME", "Chrome", "142.0.0.0"), MAC, "mac_os", "DESKTOP",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"),
    client(Use::Browser, 'm', 10, ("FIREFOX", "Firefox", "145.0"), MAC, "mac_os", "DESKTOP",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0"),
    client(Use::Browser, 'l', 1, ("CHROME", "Chrome", "141.0.0.0"), ("Linux", "Linux"), "linux", "DESKTOP",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"),
    client(Use::Mail, 'w', 1, ("OUTLOOK", "Microsoft Outlook", "16.0.19328"), WINDOWS_11, "windows_11", "DESKTOP",
        "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.19328; Pro)"),
    client(Use::Mail, 'm', 1, ("OUTLOOK", "Microsoft Outlook", "16.102.25101829"), MAC, "mac_os", "DESKTOP",
        "MacOutlook/16.102.25101829 (Intelx64 Mac OS X Version 15.6.1 (Build 24G90))"),
    client(Use::Chat, 'w', 1, ("TEAMS", "Microsoft Teams", "25290.205.4069.4894"), WINDOWS_11, "windows_11", "DESKTOP",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0 Teams/25290.205.4069.4894/49"),
    client(Use::Chat, 'm', 1, ("TEAMS", "Microsoft Teams", "25290.203.4069.4881"), MAC, "mac_os", "DESKTOP",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Teams/25290.203.4069.4881/49"),
    client(Use::Sync, 'w', 1, ("ONEDRIVE_SYNC", "OneDrive sync client", "25.194.1005.0003"), WINDOWS_11, "windows_11", "DESKTOP",
        "Microsoft SkyDriveSync 25.194.1005.0003 ship; Windows NT 10.0 (26100)"),
    client(Use::Phone, 'i', 45, ("OUTLOOK_MOBILE", "Outlook for iOS", "4.2545.0"), ("iOS", "iOS"), "ios", "MOBILE",
        "Outlook-iOS/752.2545.0.iphone (4.2545.0)"),
    client(Use::Phone, 'i', 35, ("MOBILE_SAFARI", "Mobile Safari", "18.6"), ("iOS", "iOS"), "ios", "MOBILE",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1"),
    client(Use::Phone, 'i', 20, ("MOBILE_SAFARI", "Mobile Safari", "18.5"), ("iPadOS", "iOS"), "ios", "TABLET",
        "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"),
    client(Use::Phone, 'a', 55, ("OUTLOOK_MOBILE", "Outlook for Android", "4.2544.1"), ("Android", "Android"), "android", "MOBILE",
        "Outlook-Android/2.0 (4.2544.1; Android 15)"),
    client(Use::Phone, 'a', 45, ("CHROME_MOBILE", "Chrome Mobile", "142.0.0.0"), ("Android", "Android"), "android", "MOBILE",
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"),
    client(Use::Crm, 'i', 1, ("SALESFORCE_MOBILE", "Salesforce for iOS", "256.030"), ("iOS", "iOS"), "ios", "MOBILE",
        "SalesforceMobileSDK/12.2.0 iOS/18.6.2 (iPhone) Salesforce/256.030"),
    client(Use::Crm, 'a', 1, ("SALESFORCE_MOBILE", "Salesforce for Android", "256.020.1"), ("Android", "Android"), "android", "MOBILE",
        "SalesforceMobileSDK/12.2.0 android mobile/15 (SM-S921B) Salesforce/256.020.1"),
    client(Use::Script, 'l', 1, ("PYTHON_REQUESTS", "Python Requests", "2.32.3"), ("Unknown", "Unknown"), "unknown", "OTHER",
        "python-requests/2.32.3"),
    client(Use::Browser, 'l', 1, ("FIREFOX", "Firefox", "128.0"), ("Linux", "Linux"), "linux", "DESKTOP",
        "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
    client(Use::Machine, 'l', 1, ("VAULTKEEP", "Vaultkeep Backup", "7.4"), ("Unknown", "Unknown"), "unknown", "OTHER",
        "ISV|Vaultkeep|CloudBackup/7.4"),
    client(Use::Machine, 'l', 1, ("GRAPH_SDK", "Microsoft Graph SDK for Python", "1.12.0"), ("Linux", "Linux"), "linux", "OTHER",
        "python-httpx/0.27.2 graph-python/1.12.0 (hostOs=Linux; runtimeEnvironment=Python/3.12.7)"),
    client(Use::Machine, 'l', 1, ("GRAPH_SDK", "Microsoft Graph SDK for .NET", "5.61.0"), ("Linux", "Linux"), "linux", "OTHER",
        "graph-dotnet/5.61.0 (hostOS=Linux 6.8.0; hostArch=X64; runtimeEnvironment=.NET 8.0.11)"),
    client(Use::Machine, 'l', 1, ("GO_HTTP", "Go HTTP client", "2.0"), ("Unknown", "Unknown"), "unknown", "OTHER",
        "Go-http-client/2.0"),
    client(Use::Machine, 'w', 1, ("POWERSHELL", "Windows PowerShell", "5.1.17763.6532"), ("Windows Server 2019", "Windows"), "windows_server_2019", "OTHER",
        "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.17763.6532"),
    client(Use::Git, 'l', 1, ("GIT", "Git", "2.47.1"), ("Unknown", "Unknown"), "unknown", "OTHER", "git/2.47.1"),
];
