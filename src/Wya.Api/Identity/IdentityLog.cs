using Wya.Api.Http;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

/// <summary>Identity's log and read models, as this process reaches them.</summary>
internal sealed class IdentityLog(Settings settings, TimeProvider clock)
    : OpenDomain(IdentityDomain.Definition, settings.IdentityConnectionString, clock);
