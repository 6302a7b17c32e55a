//! The categories of cloud apps.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/cloud-discovery-anomaly-detection-policy> for their names; the
//! ids are those of the product, whose spelling of one is kept. The id of generative AI is (unverified).

/// A category.
#[derive(Debug, PartialEq, Eq)]
pub struct AppCategory {
    /// Its id, as the API writes it.
    pub id: &'static str,
    /// Its name, as pages write it.
    pub name: &'static str,
    /// Its name in Microsoft Graph; empty where it has none.
    pub graph: &'static str,
}

const fn row(id: &'static str, name: &'static str, graph: &'static str) -> AppCategory {
    AppCategory { id, name, graph }
}

/// The categories, in the order of their ids.
pub static CATEGORIES: &[AppCategory] = &[
    row("SAASDB_CATEGORY_ACCOUNTING_AND_FINANCE", "Accounting and finance", "accountingAndFinance"),
    row("SAASDB_CATEGORY_ADVERTISING", "Advertising", "advertising"),
    row("SAASDB_CATEGORY_ALL", "All categories", ""),
    row("SAASDB_CATEGORY_BUSINESS_INTELLIGENCE", "Business intelligence", "businessIntelligence"),
    row("SAASDB_CATEGORY_BUSINESS_MANAGEMENT", "Business management", "businessManagement"),
    row("SAASDB_CATEGORY_CLOUD_COMPUTING_PLATFORM", "Cloud computing platform", "cloudComputingPlatform"),
    row("SAASDB_CATEGORY_CLOUD_STORAGE", "Cloud storage", "cloudStorage"),
    row("SAASDB_CATEGORY_CODE_HOSTING", "Code hosting", "codeHosting"),
    row("SAASDB_CATEGORY_COLLABORATION", "Collaboration", "collaboration"),
    row("SAASDB_CATEGORY_COMMUNICATIONS", "Communications", "communications"),
    row("SAASDB_CATEGORY_CONSUMER", "Consumer", ""),
    row("SAASDB_CATEGORY_CONTENT_MANAGEMENT", "Content management", "contentManagement"),
    row("SAASDB_CATEGORY_CONTENT_SHARING", "Content sharing", "contentSharing"),
    row("SAASDB_CATEGORY_CRM", "CRM", "crm"),
    row("SAASDB_CATEGORY_CUSTOMER_SUPPORT", "Customer support", "customerSupport"),
    row("SAASDB_CATEGORY_DATA_ANALYTICS", "Data analytics", "dataAnalytics"),
    row("SAASDB_CATEGORY_DEVELOPMENT_TOOLS", "Development tools", "developmentTools"),
    row("SAASDB_CATEGORY_ECOMMERCE", "E-commerce", "eCommerce"),
    row("SAASDB_CATEGORY_EDUCATION", "Education", "education"),
    row("SAASDB_CATEGORY_FORUMS", "Forums", "forums"),
    row("SAASDB_CATEGORY_HEALTH", "Health", "health"),
    row("SAASDB_CATEGORY_HOSTING_SERVICES", "Hosting services", "hostingServices"),
    row("SAASDB_CATEGORY_HUMAN_RESOURCE_MANAGEMENT", "Human-resource management", "humanResourceManagement"),
    row("SAASDB_CATEGORY_INTERNET_OF_THINGS", "Internet of Things", "internetOfThings"),
    row("SAASDB_CATEGORY_IT_SERVICES", "IT services", "itServices"),
    row("SAASDB_CATEGORY_MARKETING", "Marketing", "marketing"),
    row("SAASDB_CATEGORY_MEDIA", "Media", ""),
    row("SAASDB_CATEGORY_NEWS_AND_ENTERTAINMENT", "News and entertainment", "newsAndEntertainment"),
    row("SAASDB_CATEGORY_ONLINE_MEETINGS", "Online meetings", "onlineMeetings"),
    row("SAASDB_CATEGORY_OPERATIONS_MANAGEMENT", "Operations management", "operationsManagement"),
    row(
        "SAASDB_CATEGORY_PERSONAL_INSTANT_MESSAGING",
        "Personal instant messaging",
        "personalInstantMessaging",
    ),
    row("SAASDB_CATEGORY_PRODUCT_DESIGN", "Product design", "productDesign"),
    row("SAASDB_CATEGORY_PRODUCTIVITY", "Productivity", "productivity"),
    row("SAASDB_CATEGORY_PROJECT_MANAGEMENT", "Project management", "projectManagement"),
    row("SAASDB_CATEGORY_PROPERTY_MANAGEMENT", "Property management", "propertyManagement"),
    row("SAASDB_CATEGORY_SALES", "Sales", "sales"),
    row("SAASDB_CATEGORY_SECURITY", "Security", "security"),
    row("SAASDB_CATEGORY_SOCIAL_NETWORK", "Social network", "socialNetwork"),
    row(
        "SAASDB_CATEGORY_SUPLLY_CHAIN_AND_LOGISTICS",
        "Supply chain and logistics",
        "supplyChainAndLogistics",
    ),
    row("SAASDB_CATEGORY_TIME_TRACKING", "Time tracking", ""),
    row("SAASDB_CATEGORY_TRANSPORTATION_AND_TRAVEL", "Transportation and travel", "transportationAndTravel"),
    row("SAASDB_CATEGORY_UNCLASSIFIED", "Unclassified", ""),
    row("SAASDB_CATEGORY_VENDOR_MANAGEMENT_SYSTEM", "Vendor management system", "vendorManagementSystems"),
    row("SAASDB_CATEGORY_WEB_ANALYTICS", "Web analytics", "webAnalytics"),
    row("SAASDB_CATEGORY_WEBMAIL", "Webmail", "webemail"),
    row("SAASDB_CATEGORY_WEBSITE_MONITORING", "Website monitoring", "websiteMonitoring"),
    row("SAASDB_SUBCATEGORY_INSURANCE_AND_INVESTMENTS", "Accounting and finance", "accountingAndFinance"),
    row("SAASDB_CATEGORY_GENERATIVE_AI", "Generative AI", "generativeAi"),
];

/// What ids of categories begin with.
const PREFIX: &str = "SAASDB_CATEGORY_";

/// The category with this id, also without what all ids begin with.
pub fn category(id: &str) -> Option<&'static AppCategory> {
    let bare = |id: &str| id.strip_prefix(PREFIX).map(str::len);
    CATEGORIES.iter().find(|known| {
        known.id == id || bare(known.id).is_some_and(|length| known.id[known.id.len() - length..] == *id)
    })
}
