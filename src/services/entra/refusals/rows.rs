//! The catalogue: every number that Entra ID answers with, its OAuth error, its text, and when.
//!
//! Rows that no condition causes come last; the command `failNext` orders them.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>; the texts as they stand in
//! public issue reports of client libraries.

use std::borrow::Cow;

use crate::gateway::Service;
use crate::refusals;

refusals! {
    /// What Entra ID refuses.
    pub enum EntraRefusal of Service::Entra, answered by super::answer {
        /// Nothing is served under this path. The answer has no body.
        NoRoute = 404, "", "Nothing is served under this path.";
        /// The path is served, but not for this method.
        WrongVerb { allowed: String, method: String } = 400, "invalid_request",
            "AADSTS900561: The endpoint only accepts {allowed} requests. Received a {method} request.";
        /// The body broke off or is too large.
        Malformed = 400, "invalid_request", "AADSTS90023: The request body is not a valid form.";
        /// A parameter stands twice in the body.
        DuplicateParameter { name: Cow<'static, str> } = 400, "invalid_request",
            "AADSTS9000411: The request is not properly formatted. The parameter '{name}' is duplicated.";
        /// A parameter is missing or empty.
        MissingParameter { name: Cow<'static, str> } = 400, "invalid_request",
            "AADSTS900144: The request body must contain the following parameter: '{name}'.";
        /// A parameter has a value that it can not have.
        BadParameter { name: Cow<'static, str>, value: String } = 400, "invalid_request",
            "AADSTS90100: Parameter '{name}' has the value '{value}', which is empty or not valid.";

        /// The path names a tenant that does not exist.
        UnknownTenant { name: String } = 400, "invalid_request",
            "AADSTS90002: Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.";
        /// A discovery document or key set is asked of a tenant that does not exist.
        UndiscoveredTenant { name: String } = 400, "invalid_tenant",
            "AADSTS90002: Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.";
        /// The path names something that is neither a GUID nor a domain.
        NoTenantName { name: String } = 400, "invalid_request",
            "AADSTS900023: Specified tenant identifier '{name}' is neither a valid DNS name, nor a valid external domain.";
        /// An application asks for its own rights without saying in which tenant: `common` or `organizations`.
        NoTenant = 400, "invalid_request",
            "AADSTS50059: No tenant-identifying information found in either the request or implied by any provided credentials.";
        /// Path and credential name different tenants.
        TenantsDisagree = 400, "invalid_request",
            "AADSTS50128: Invalid domain name - No tenant-identifying information found in either the request or implied by any provided credentials.";
        /// Instance discovery is asked about a host that is none of Entra ID.
        UnknownInstance = 400, "invalid_instance", "AADSTS50049: Unknown or invalid instance.";

        /// The grant is unknown.
        UnsupportedGrant { grant: String } = 400, "unsupported_grant_type",
            "AADSTS70003: The app requested an unsupported grant type '{grant}'.";
        /// The authorize endpoint is asked for something that it has not.
        UnsupportedResponseType { given: String } = 400, "unsupported_response_type",
            "AADSTS70005: The app requested a response type '{given}' that the service does not support.";
        /// The application may not have tokens from the authorize endpoint.
        NoImplicit = 400, "unsupported_response_type",
            "AADSTS700054: response_type 'id_token' is not enabled for the application.";
        /// A response mode that does not exist, or not with this response type.
        UnsupportedResponseMode { mode: String } = 400, "unsupported_response_mode",
            "AADSTS70007: '{mode}' is not a supported value of 'response_mode' when requesting a token.";
        /// `resource` at the endpoint of version 2.0.
        ResourceParameter = 400, "invalid_request",
            "AADSTS901002: The 'resource' request parameter is not supported.";
        /// The scope is not a resource with `/.default`.
        NotDefaultScope { scope: String } = 400, "invalid_scope",
            "AADSTS1002012: The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).";
        /// The scope is empty, or mixes `/.default` with named scopes, or names several resources.
        InvalidScope { scope: String } = 400, "invalid_scope",
            "AADSTS70011: The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid.";
        /// A token is asked for several resources at once.
        SeveralResources { scope: String } = 400, "invalid_scope",
            "AADSTS28000: Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {scope} is not valid.";
        /// The resource does not offer the scope.
        UnknownScope { app: String, scope: String, resource: String } = 400, "invalid_client",
            "AADSTS650053: The application '{app}' asked for scope '{scope}' that doesn't exist on the resource '{resource}'. Contact the app vendor.";
        /// Everything of a resource is asked for, nothing of it was granted, and the registration lists nothing at all.
        NothingListed { client: String, name: String } = 400, "unauthorized_client",
            "AADSTS650056: Misconfigured application. This could be due to one of the following: the client has not listed any permissions for the resource in the requested permissions in the client's application registration. Or, the admin has not consented in the tenant. Or, check the application identifier in the request to ensure it matches the configured client application identifier. Client app ID: {client}({name}).";
        /// Everything of a resource is asked for, nothing of it was granted, and the registration lists others.
        NotListed { client: String, name: String, resource: String, listed: String } = 400, "invalid_resource",
            "AADSTS650057: Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration. Client app ID: {client}({name}). Resource value from request: {resource}. List of valid resources from app registration: {listed}.";
        /// The tenant does not know the resource.
        UnknownResource { resource: String, directory: String } = 400, "invalid_resource",
            "AADSTS500011: The resource principal named {resource} was not found in the tenant named {directory}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.";
        /// A client asks for a token for itself, and names itself by its identifier URI.
        ItselfByUri { client: String, name: String } = 400, "invalid_request",
            "AADSTS90009: Application '{client}'({name}) is requesting a token for itself. This scenario is supported only if resource is specified using the GUID based App Identifier.";

        /// The tenant does not know the client.
        UnknownClient { client: String, directory: String } = 400, "unauthorized_client",
            "AADSTS700016: Application with identifier '{client}' was not found in the directory '{directory}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.";
        /// The client id is the empty one, which a program sends whose settings were never filled in. Its OAuth error at
        /// the token endpoint (unverified).
        EmptyClient { client: String } = 400, "unauthorized_client",
            "AADSTS700038: {client} is not a valid application identifier.";
        /// The client's service principal may not sign in.
        DisabledClient { client: String, name: String } = 400, "unauthorized_client",
            "AADSTS7000112: Application '{client}'({name}) is disabled.";
        /// An application that is meant for its own tenant only asks at `common` or `organizations`.
        SingleTenant { client: String, name: String } = 400, "unauthorized_client",
            "AADSTS50194: Application '{client}'({name}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.";
        /// A public client presents a secret or an assertion.
        PublicClient = 401, "invalid_client",
            "AADSTS700025: Client is public so neither 'client_assertion' nor 'client_secret' should be presented.";
        /// An application asks for its own rights with neither secret nor assertion.
        MissingCredential = 401, "invalid_client",
            "AADSTS7000216: 'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.";
        /// An application that can keep a secret acts for a user with neither secret nor assertion.
        MissingSecret = 401, "invalid_client",
            "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        /// The secret is not the client's.
        WrongSecret { client: String } = 401, "invalid_client",
            "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{client}'.";
        /// The secret was the client's.
        SecretEnded { client: String } = 401, "invalid_client",
            "AADSTS7000222: The provided client secret keys for app '{client}' are expired. Visit the Azure portal to create new keys for your app, or consider using certificate credentials for added security.";
        /// The assertion is no signed token.
        MalformedAssertion = 401, "invalid_client", "AADSTS50027: JWT token is invalid or malformed.";
        /// The assertion is signed with a certificate that the client has not registered.
        UnknownCertificate { thumbprint: String, client: String } = 401, "invalid_client",
            "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{client}'].";
        /// The signature of the assertion does not hold.
        BadAssertionSignature = 401, "invalid_client",
            "AADSTS50012: Client assertion contains an invalid signature. [Reason - The key was found, but use of the key to verify the signature failed.].";
        /// The assertion speaks for another client.
        ForeignAssertion { client: String } = 401, "invalid_client",
            "AADSTS700021: Client assertion application identifier doesn't match 'client_id' parameter. The expected application identifier is '{client}'.";
        /// The assertion is for another endpoint.
        AssertionAudience { audience: String } = 401, "invalid_client",
            "AADSTS700023: Client assertion audience claim does not match Realm issuer. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials. The audience was '{audience}'.";
        /// The assertion has expired, or is not valid yet.
        AssertionTime { now: String, expires: String } = 401, "invalid_client",
            "AADSTS700024: Client assertion is not within its valid time range. Current time: {now}, expiry time of assertion {expires}.";
        /// No federated credential has this issuer.
        FederatedIssuer { issuer: String } = 401, "invalid_client",
            "AADSTS700211: No matching federated identity record found for presented assertion issuer '{issuer}'.";
        /// No federated credential has this audience.
        FederatedAudience { audience: String } = 401, "invalid_client",
            "AADSTS700212: No matching federated identity record found for presented assertion audience '{audience}'.";
        /// No federated credential has this subject.
        FederatedSubject { subject: String } = 401, "invalid_client",
            "AADSTS700213: No matching federated identity record found for presented assertion subject '{subject}'.";
        /// A web page asks, as its `Origin` header tells, with what was not issued to a page.
        CrossOrigin { origin: String } = 400, "invalid_request",
            "AADSTS9002326: Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '{origin}'.";
        /// What was issued to a page is redeemed from elsewhere.
        SameOrigin = 400, "invalid_request",
            "AADSTS9002327: Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.";

        /// The redirect URI is not registered. Never answered by a redirect.
        UnknownRedirect { redirect: String, client: String } = 400, "invalid_request",
            "AADSTS50011: The redirect URI '{redirect}' specified in the request does not match the redirect URIs configured for the application '{client}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.";
        /// The application has no redirect URI at all.
        NoRedirect = 400, "invalid_request", "AADSTS900971: No reply address provided.";
        /// The redirect URI of the token request is not that of the authorize request.
        OtherRedirect = 400, "invalid_client",
            "AADSTS500112: The reply address in the token request does not match the reply address of the authorize request.";
        /// The code or token is no code or token.
        MalformedGrant = 400, "invalid_grant", "AADSTS9002313: Invalid request. Request is malformed or invalid.";
        /// The code or token is not of this client, or not of this kind.
        InvalidGrant = 400, "invalid_grant",
            "AADSTS70000: Provided grant is invalid or malformed.";
        /// The code is of another tenant.
        ForeignCode = 400, "invalid_grant",
            "AADSTS700005: Provided Authorization Code is intended to use against other tenant, thus rejected.";
        /// The code was redeemed already.
        CodeRedeemed = 400, "invalid_grant",
            "AADSTS54005: OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.";
        /// The code has expired.
        CodeExpired = 400, "invalid_grant",
            "AADSTS70008: The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.";
        /// The refresh token was not used for ninety days.
        RefreshExpired { issued: String } = 400, "invalid_grant",
            "AADSTS700082: The refresh token has expired due to inactivity. The token was issued on {issued} and was inactive for 90.00:00:00.";
        /// The refresh token of a page has lived for a day.
        PageRefreshExpired { issued: String } = 400, "invalid_grant",
            "AADSTS700084: The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which can't be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on {issued}.";
        /// The verifier does not fit the challenge.
        WrongVerifier = 400, "invalid_grant",
            "AADSTS501481: The Code_Verifier does not match the code_challenge supplied in the authorization request.";
        /// There was a challenge, and there is no verifier.
        MissingVerifier = 400, "invalid_grant",
            "AADSTS50148: The code_verifier does not match the code_challenge supplied in the authorization request for PKCE.";
        /// The challenge has not the right size, or letters that it may not have.
        BadChallenge = 400, "invalid_request",
            "AADSTS501491: Invalid size of Code_Challenge parameter.";
        /// A page asks for a code without a challenge.
        ChallengeRequired = 400, "invalid_request",
            "AADSTS9002325: Proof Key for Code Exchange is required for cross-origin authorization code redemption.";

        /// Nobody has decided about the device code yet.
        DevicePending = 400, "authorization_pending",
            "AADSTS70016: OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
        /// The user said no.
        DeviceDeclined = 400, "authorization_declined",
            "AADSTS70018: OAuth 2.0 device flow error. The end user has denied the authorization request.";
        /// The device code is unknown, or its tokens were handed out.
        BadDeviceCode = 400, "bad_verification_code",
            "AADSTS70019: OAuth 2.0 device flow error. The verification code is not recognized.";
        /// Nobody decided about the device code in time.
        DeviceExpired = 400, "expired_token",
            "AADSTS70020: OAuth 2.0 device flow error. The device code has expired.";
        /// The code that a user typed was decided about already.
        DeviceAnswered = 400, "invalid_request",
            "AADSTS90120: The verification code has been answered already.";

        /// Nobody has consented.
        ConsentRequired { client: String, name: String } = 400, "invalid_grant",
            "AADSTS65001: The user or administrator has not consented to use the application with ID '{client}' named '{name}'. Send an interactive authorization request for this user and resource.";
        /// The user said no to consent.
        ConsentDeclined = 400, "access_denied",
            "AADSTS65004: User declined to consent to access the app.";
        /// Only an administrator may consent, and the user is none.
        AdminRequired = 400, "access_denied",
            "AADSTS90094: Admin consent is required for the permissions requested by this application.";
        /// Only an administrator may do this, and the user is none.
        NotAdmin = 400, "access_denied",
            "AADSTS90093: This operation can only be performed by an administrator. Sign out and sign in as an administrator or contact one of your organization's administrators.";
        /// The user asked an administrator for consent.
        ConsentAsked = 400, "access_denied",
            "AADSTS90095: Admin consent is required for the permissions requested by this application. The request for it was sent to the administrators.";
        /// The user is not assigned to the application.
        NotAssigned { client: String, name: String } = 400, "access_denied",
            "AADSTS50105: Your administrator has configured the application {name} ('{client}') to block users unless they are specifically granted ('assigned') access to the application. The signed in user is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator. Please contact your administrator to assign access to this application.";
        /// The application is not assigned to the resource, which demands it.
        AppNotAssigned { client: String, name: String } = 400, "invalid_grant",
            "AADSTS501051: Application '{client}'({name}) is not assigned to a role for the application.";

        /// The user is not of this tenant.
        UnknownUser { user: String, directory: String } = 400, "invalid_grant",
            "AADSTS50034: The user account {user} does not exist in the {directory} directory. To sign into this application, the account must be added to the directory.";
        /// The user is of another tenant.
        ForeignUser { user: String, directory: String } = 400, "interaction_required",
            "AADSTS50020: User account '{user}' does not exist in tenant '{directory}' and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.";
        /// Wrong user name or password.
        WrongPassword = 400, "invalid_grant",
            "AADSTS50126: Error validating credentials due to invalid username or password.";
        /// The account is locked.
        Locked = 400, "invalid_grant",
            "AADSTS50053: The account is locked, you've tried to sign in too many times with an incorrect user ID or password.";
        /// The account is disabled.
        Disabled = 400, "invalid_grant", "AADSTS50057: The user account is disabled.";
        /// The password must be changed first.
        PasswordExpired = 400, "invalid_grant", "AADSTS50055: The password is expired.";
        /// A second factor is demanded.
        MfaRequired { resource: String } = 400, "invalid_grant",
            "AADSTS50076: Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{resource}'.";
        /// A second factor is demanded, and none is registered.
        MfaUnregistered { resource: String } = 400, "invalid_grant",
            "AADSTS50079: Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '{resource}'.";
        /// A policy blocks access.
        Blocked = 400, "invalid_grant",
            "AADSTS53003: Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.";
        /// A policy demands a compliant device.
        DeviceNotCompliant = 400, "interaction_required",
            "AADSTS53000: Device is not in required device state: compliant. Conditional Access policy requires a compliant device, and the device is not compliant. The user must enroll their device with an approved MDM provider like Intune.";
        /// A policy demands a joined device.
        DeviceNotJoined = 400, "interaction_required",
            "AADSTS53001: Device is not in required device state: domain_joined. Conditional Access policy requires a domain joined device, and the device is not domain joined.";
        /// Security defaults forbid the grant.
        SecurityDefaults = 400, "access_denied",
            "AADSTS530035: Access has been blocked by security defaults. This is due to the request including legacy auth or being deemed unsafe by security defaults policies.";
        /// Sessions of the user were revoked.
        Revoked { issued: String, valid_from: String } = 400, "invalid_grant",
            "AADSTS50173: The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '{issued}' and the TokensValidFrom date (before which tokens are not valid) for this user is '{valid_from}'.";
        /// The sign-in is older than policy allows.
        TooOld { issued: String, most: String } = 400, "invalid_grant",
            "AADSTS70043: The refresh token has expired or is invalid due to sign-in frequency checks by conditional access. The token was issued on {issued} and the maximum allowed lifetime for this request is {most}.";
        /// `prompt=none`, and nobody is signed in.
        NoSession = 400, "login_required",
            "AADSTS50058: A silent sign-in request was sent but no user is signed in.";
        /// `prompt=none`, and the user would have to be asked something.
        Interaction = 400, "interaction_required",
            "AADSTS50074: User did not pass the MFA challenge, or another prompt would be needed (non interactive).";
        /// The page was open for too long.
        FlowExpired = 400, "invalid_grant",
            "AADSTS50089: Authentication failed due to flow token expired.";
        /// The page was shown to another browser, or this one has dropped the cookie that says so.
        OtherBrowser = 400, "invalid_request",
            "AADSTS165000: Invalid Request: Request Tokens do not match for the user context. Do not copy the user context values (cookies; form fields; headers) between different requests or user sessions; always maintain the ALL of the supplied values across a complete single user flow.";
        /// The password grant without a tenant.
        PasswordNeedsTenant = 400, "invalid_request",
            "AADSTS9001023: The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.";

        /// The user's token is for another application.
        OtherAudience { audience: String, client: String } = 400, "invalid_grant",
            "AADSTS50013: Assertion failed audience validation: the assertion is for '{audience}', the client is '{client}'.";
        /// The user's token is no token that holds.
        BadUserToken = 400, "invalid_grant",
            "AADSTS50013: Assertion failed signature validation. [Reason - The provided signature value did not match the expected signature value.].";
        /// The user's token is no token.
        MalformedUserToken = 400, "invalid_grant",
            "AADSTS500131: Assertion audience does not match the Client app presenting the assertion, or the assertion is malformed.";
        /// The user's token has expired.
        UserTokenTime { now: String, expires: String } = 400, "invalid_grant",
            "AADSTS500133: Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion, or request a new token. Current time: {now}, expiry time of assertion {expires}.";
        /// There is no user behind the token.
        NoUserInToken = 400, "invalid_grant",
            "AADSTS7000114: Application is not allowed to make application on-behalf-of calls.";

        /// Facts about a user are asked for without a token that holds and has a user behind it. The answer has no
        /// body (RFC 6750, 3).
        BadBearer = 401, "", "The access token is missing, does not hold, or has no user behind it.";

        /// Only by order: see the command `failNext`.
        Transient90006 = 503, "temporarily_unavailable", "AADSTS90006: An external server error occurred. Try again.";
        /// Only by order.
        Transient90024 = 503, "temporarily_unavailable", "AADSTS90024: A transient error has occurred. Try again.";
        /// Only by order.
        Transient90033 = 503, "temporarily_unavailable", "AADSTS90033: A transient error has occurred. Please try again.";
        /// Only by order.
        Throttled = 429, "temporarily_unavailable", "AADSTS90055: The request was throttled: there are too many requests.";
        /// Only by order.
        Transient90090 = 503, "temporarily_unavailable", "AADSTS90090: A call to the directory failed. Try again.";
        /// Only by order.
        Generic90019 = 400, "invalid_request", "AADSTS90019: No tenant-identifying information found in either the request or implied by any provided credentials.";
        /// Only by order.
        Generic90102 = 400, "invalid_request", "AADSTS90102: 'redirect_uri' value must be a valid absolute URI.";
        /// Only by order.
        Generic90014 = 400, "invalid_request", "AADSTS90014: The required field 'scope' is missing from the credential. Ensure that you have all the necessary parameters for the login request.";
        /// Only by order.
        Resource50001 = 400, "invalid_resource", "AADSTS50001: The application named in the request was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant.";
        /// Only by order.
        NoPassword = 400, "invalid_grant", "AADSTS50056: Invalid or null password: password does not exist in the directory for this user.";
        /// Only by order.
        Mfa50072 = 400, "interaction_required", "AADSTS50072: Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access the resource.";
        /// Only by order.
        Mfa50078 = 400, "interaction_required", "AADSTS50078: Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access the resource.";
        /// Only by order.
        Device50097 = 400, "interaction_required", "AADSTS50097: Device authentication is required.";
        /// Only by order.
        Session50132 = 400, "interaction_required", "AADSTS50132: The credentials have been revoked or expired since the session was established.";
        /// Only by order.
        Session50133 = 400, "interaction_required", "AADSTS50133: Session is invalid due to expiration or recent password change.";
        /// Only by order.
        Interrupt50140 = 400, "interaction_required", "AADSTS50140: This error occurred due to 'Keep me signed in' interrupt when the user was signing-in.";
        /// Only by order.
        Password50144 = 400, "invalid_grant", "AADSTS50144: User's Active Directory password has expired.";
        /// Only by order.
        Challenge50147 = 400, "invalid_request", "AADSTS50147: Invalid size of the code challenge parameter.";
        /// Only by order.
        Loop50196 = 400, "invalid_grant", "AADSTS50196: The server terminated an operation because it encountered a client request loop. Please contact your app vendor.";
        /// Only by order.
        Interrupt50199 = 400, "interaction_required", "AADSTS50199: For security reasons, user confirmation is required for this request. Please repeat the request allowing user interaction.";
        /// Only by order.
        Policy530032 = 400, "access_denied", "AADSTS530032: User blocked due to risk policy or tenant security policy.";
        /// One of the vendor's own clients asks one of the vendor's resources for what it is not trusted with.
        NotPreauthorized = 400, "invalid_request", "AADSTS65002: Consent between first party application and first party resource must be configured via preauthorization.";
        /// Only by order.
        Resource65005 = 400, "invalid_resource", "AADSTS65005: The application required resource access list does not contain applications discoverable by the resource, or the client application has requested access to a resource which was not specified in its required resource access list.";
        /// The tenant has no licence for the resource that a token is asked for.
        Service650052 = 400, "invalid_client", "AADSTS650052: The app needs access to a service that your organization has not subscribed to or enabled. Contact your IT Admin to review the configuration of your service subscriptions.";
        /// Only by order.
        App70001 = 400, "unauthorized_client", "AADSTS70001: The application was not found in the directory.";
        /// Only by order.
        Scope28002 = 400, "invalid_scope", "AADSTS28002: Provided value for the input parameter scope is not valid when requesting an access token. Please specify a valid scope.";
        /// Only by order.
        Scope28003 = 400, "invalid_scope", "AADSTS28003: Provided value for the input parameter scope can't be empty when requesting an access token using the provided authorization code. Please specify a valid scope.";
        /// Only by order.
        Scope700022 = 400, "invalid_scope", "AADSTS700022: The provided value for the input parameter scope is not valid because it contains more than one resource.";
        /// Only by order.
        Interaction700020 = 400, "interaction_required", "AADSTS700020: The provided value for the input parameter requires interaction.";
        /// Only by order.
        Generic90119 = 400, "invalid_request", "AADSTS90119: The user code is null or empty.";
        /// Only by order.
        App900941 = 400, "access_denied", "AADSTS900941: An administrator must review and consent to this application, which was detected as risky.";
        /// Only by order.
        App900981 = 400, "access_denied", "AADSTS900981: An admin consent request was received for a risky app.";
    }
}
