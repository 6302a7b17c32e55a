//! The factors of a cloud app's risk that are true or not, by the dimension of the score that they count for.
//!
//! Names are those of the product's records. Source: <https://learn.microsoft.com/defender-cloud-apps/risk-score>; which
//! dimension a factor counts for is partly (unverified).

/// Those of security.
pub const SECURITY: [&str; 26] = [
    "isMultiFactorAuthentication",
    "isSupportsSaml",
    "isIpAddressRestriction",
    "isAdminAuditTrail",
    "isUserAuditTrail",
    "isDataAuditTrail",
    "isDataClassification",
    "isFileSharing",
    "isUserCanUploadData",
    "isUserRolesSupport",
    "isRequiresUserAuthentication",
    "isRememberPassword",
    "isPasswordPolicy",
    "isPasswordPolicyChangePasswordPeriod",
    "isPasswordPolicyCharacterCombination",
    "isPasswordPolicyPasswordHistoryAndReuse",
    "isPasswordPolicyPasswordLengthLimit",
    "isPasswordPolicyPersonalInformationUse",
    "isPenetrationTesting",
    "isTrustedCertificate",
    "isValidCertificateName",
    "isHttpSecurityHeadersContentSecurityPolicy",
    "isHttpSecurityHeadersStrictTransportSecurity",
    "isHttpSecurityHeadersXContentTypeOptions",
    "isHttpSecurityHeadersXFrameOptions",
    "isHttpSecurityHeadersXXssProtection",
];

/// Those of compliance.
pub const COMPLIANCE: [&str; 22] = [
    "isCobitCompliant",
    "isCoppaCompliant",
    "isFerpaCompliant",
    "isFfiecCompliant",
    "isFinraCompliant",
    "isFismaCompliant",
    "isGaapCompliant",
    "isGlbaCompliant",
    "isHipaaCompliant",
    "isHitrustCsfCompliant",
    "isIsae3402Compliant",
    "isIso27001Compliant",
    "isIso27017Compliant",
    "isIso27018Compliant",
    "isItarCompliant",
    "isPrivacyShieldCompliant",
    "isSoc1Compliant",
    "isSoc2Compliant",
    "isSoc3Compliant",
    "isSoxCompliant",
    "isSp80053Compliant",
    "isSsae16Compliant",
];

/// Those of the law.
pub const LEGAL: [&str; 17] = [
    "isDmca",
    "isDataOwnership",
    "isGdprDataProtectionImpactAssessment",
    "isGdprDataProtectionOfficer",
    "isGdprDataProtectionSecureCrossBorderDataTransfer",
    "isGdprImpactAssessment",
    "isGdprLawfulBasisForProcessing",
    "isGdprReportDataBreaches",
    "isGdprRightsRelatedToAutomatedDecisionMaking",
    "isGdprRightToAccess",
    "isGdprRightToBeInformed",
    "isGdprRightToDataPortablility",
    "isGdprRightToErasure",
    "isGdprRightToObject",
    "isGdprRightToRectification",
    "isGdprRightToRestrictionOfProcessing",
    "isGdprSecureCrossBorderDataControl",
];
