using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using Wya.Api.Development;

namespace Wya.Api.Access;

/// <summary>Who the caller is: a signed, short-lived token of the one issuer that is trusted here, for this audience.</summary>
internal static class BearerTokens
{
    /// <summary>A person's id, as the issuer's tokens carry it.</summary>
    public const string UserIdClaim = "sub";

    /// <summary>Set on a request whose token could not be checked because the authority does not answer.</summary>
    public const string AuthorityIsAway = "Wya.AuthorityIsAway";

    private static readonly string[] TokenTypes = ["at+jwt", "JWT"];
    private static readonly string[] AuthorityAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSha256];
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    public static void AddBearerTokens(this WebApplicationBuilder builder, Settings settings)
    {
        DevelopmentIssuer? issuer = settings.IssuesDevelopmentTokens ? new DevelopmentIssuer(settings.Audience, settings.DevelopmentKeyFile) : null;
        if (issuer is not null)
        {
            builder.Services.AddSingleton(issuer);
        }

        builder.Services.AddAuthentication();
        KeepNoKeyFiles(builder.Services);
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(bearer =>
        {
            bearer.MapInboundClaims = false;
            bearer.TokenValidationParameters = new TokenValidationParameters
            {
                ValidateIssuer = true,
                ValidateAudience = true,
                ValidateLifetime = true,
                ValidateIssuerSigningKey = true,
                RequireExpirationTime = true,
                RequireSignedTokens = true,
                ValidAudience = settings.Audience,
                ValidTypes = TokenTypes,
                ValidAlgorithms = AuthorityAlgorithms,
                ClockSkew = ClockSkew,
                NameClaimType = UserIdClaim,
            };
            if (issuer is not null)
            {
                bearer.TokenValidationParameters.ValidIssuer = DevelopmentIssuer.Name;
                bearer.TokenValidationParameters.IssuerSigningKey = issuer.PublicKey;
                bearer.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256];
            }
            else
            {
                bearer.Authority = settings.Authority;
                bearer.RequireHttpsMetadata = !builder.Environment.IsDevelopment();
            }

            bearer.Events = new JwtBearerEvents
            {
                OnTokenValidated = validated =>
                {
                    if (!Guid.TryParse(validated.Principal?.FindFirst(UserIdClaim)?.Value, out _))
                    {
                        validated.Fail("The token names no user.");
                    }

                    return Task.CompletedTask;
                },
                OnAuthenticationFailed = async failed =>
                {
                    if (issuer is null && !await AuthorityAnswers(failed).ConfigureAwait(false))
                    {
                        failed.HttpContext.Items[AuthorityIsAway] = true;
                    }
                },
            };
        });
    }

    /// <summary>Without the authority's keys a good token looks like a forged one.</summary>
    private static async Task<bool> AuthorityAnswers(AuthenticationFailedContext failed)
    {
        try
        {
            return (await failed.Options.ConfigurationManager!.GetConfigurationAsync(failed.HttpContext.RequestAborted).ConfigureAwait(false))
                .SigningKeys.Count > 0;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>
    /// Authentication brings data protection along, for cookies. There are none here, and without this every start would
    /// write a key file into the home directory.
    /// </summary>
    private static void KeepNoKeyFiles(IServiceCollection services)
    {
        foreach (ServiceDescriptor hosted in services
            .Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Name == "DataProtectionHostedService")
            .ToArray())
        {
            services.Remove(hosted);
        }
    }
}
