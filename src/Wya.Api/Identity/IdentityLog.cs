using Wya.Api.Http;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

/// <summary>Identity's log and read models, as this process reaches them.</summary>
internal sealed class IdentityLog(Settings settings, LogKeys keys, TimeProvider clock)
    : OpenDomain(IdentityDomain.Definition, settings.IdentityConnectionString, keys, clock);
