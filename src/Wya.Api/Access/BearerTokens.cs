using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Wya.Api.Messaging.Live;

namespace Wya.Api.Access;

/// <summary>Who the caller is: a signed, short-lived token of the one issuer that is trusted here, for this audience.</summary>
internal static class BearerTokens
{
    /// <summary>A person's id, as the issuer's tokens carry it.</summary>
    public const string UserIdClaim = "sub";

    /// <summary>Set on a request whose token could not be checked because the authority does not answer.</summary>
    public const string AuthorityIsAway = "Wya.AuthorityIsAway";

    private static readonly string[] TokenTypes = [AccessTokens.Type, "JWT"];
    private static readonly string[] AuthorityAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSha256];

    public static void AddBearerTokens(this WebApplicationBuilder builder, Settings settings)
    {
        builder.Services.AddAuthentication();
        builder.Services.KeepNoKeyFiles();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(bearer => bearer.MapInboundClaims = false);
        if (settings.IssuesTokens)
        {
            var key = SigningKey.Open(settings.SigningKeyFile, makesMissing: builder.Environment.IsDevelopment());
            builder.Services.AddSingleton(provider => new AccessTokens(key, settings.Audience, provider.GetRequiredService<TimeProvider>()));
            builder.Services.AddSingleton<Sessions>();
            builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<AccessTokens>(TakeOwn);
        }
        else
        {
            bool isDevelopment = builder.Environment.IsDevelopment();
            builder.Services.Configure<JwtBearerOptions>(
                JwtBearerDefaults.AuthenticationScheme, bearer => TakeFromAuthority(bearer, settings, isDevelopment));
        }
    }

    private static void TakeOwn(JwtBearerOptions bearer, AccessTokens tokens)
    {
        var knownTokens = new KnownTokens();
        bearer.TokenHandlers.Clear();
        bearer.TokenHandlers.Add(new JsonWebTokenHandler { MapInboundClaims = false, MaximumTokenSizeInBytes = AccessTokens.BytesMax });
        bearer.TokenValidationParameters = tokens.Expected;
        bearer.Events = new JwtBearerEvents
        {
            OnMessageReceived = received =>
            {
                received.Token = LiveEndpoints.TokenOf(received.Request);
                if (Presented(received.Request) is { } presented && knownTokens.Find(presented) is { } known && tokens.IsInItsTime(known.Claims))
                {
                    received.HttpContext.Features.Set(known.Claims);
                    received.Principal = known.Principal;
                    received.Success();
                }

                return Task.CompletedTask;
            },
            OnTokenValidated = validated =>
            {
                if (validated.SecurityToken is JsonWebToken token && tokens.IsOurs(token, out AccessClaims? claims))
                {
                    validated.HttpContext.Features.Set(claims);
                    knownTokens.Add(token.EncodedToken, new KnownTokens.Known(validated.Principal!, claims));
                }
                else
                {
                    validated.Fail("The token is not of the issuer's own form, or its time is over.");
                }

                return Task.CompletedTask;
            },
        };
    }

    private static string? Presented(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim()
            : LiveEndpoints.TokenOf(request);

    private static void TakeFromAuthority(JwtBearerOptions bearer, Settings settings, bool isDevelopment)
    {
        bearer.Authority = settings.Authority;
        bearer.RequireHttpsMetadata = !isDevelopment;
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
            ClockSkew = AccessTokens.ClockSkew,
            NameClaimType = UserIdClaim,
        };
        bearer.Events = new JwtBearerEvents
        {
            OnMessageReceived = received =>
            {
                received.Token = LiveEndpoints.TokenOf(received.Request);
                return Task.CompletedTask;
            },
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
                if (!await AuthorityAnswers(failed).ConfigureAwait(false))
                {
                    failed.HttpContext.Items[AuthorityIsAway] = true;
                }
            },
        };
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
    /// Authentication and pages bring data protection along, which at every start would write a key file into the home
    /// directory. Here keys come from the key ring.
    /// </summary>
    public static void KeepNoKeyFiles(this IServiceCollection services)
    {
        foreach (ServiceDescriptor hosted in services
            .Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Name == "DataProtectionHostedService")
            .ToArray())
        {
            services.Remove(hosted);
        }
    }
}
