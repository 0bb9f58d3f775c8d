using Wya.Api.Rooms.Content;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Content;

namespace Wya.Api.Rooms;

/// <summary>What a person's rooms may hold.</summary>
internal sealed class ContentRules(Settings settings, TimeProvider clock)
{
    public ContentLimits For(Visitor author) => RoomContentLimits.For(settings, author.MayStyle(clock.GetUtcNow()));
}
