using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Content;

namespace Wya.Api.Rooms;

/// <summary>What a person's rooms may hold.</summary>
internal sealed class ContentRules(TimeProvider clock)
{
    private const int ModulesMax = 20;
    private const int ModulesWithStylingMax = 30;

    public ContentLimits For(Visitor author)
    {
        bool mayStyle = author.MayStyle(clock.GetUtcNow());
        return new ContentLimits(mayStyle ? ModulesWithStylingMax : ModulesMax, mayStyle, css => new CssResult(css, null), [], []);
    }
}
