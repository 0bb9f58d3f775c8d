using System.Globalization;
using Microsoft.Net.Http.Headers;
using Wya.Api.Http;

namespace Wya.Api.Rooms;

/// <summary>A draft's revision as its tag: whoever writes says which one they have seen.</summary>
internal static class DraftTag
{
    public static string Of(long revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    /// <returns>The revision that is asked for, null for none at all; or the problem that neither was said.</returns>
    public static (long? Held, Problem? Problem) Condition(HttpRequest request)
    {
        (long? held, bool isSaid) = IfMatch(request);
        if (isSaid)
        {
            return held is null ? (null, Problems.DraftChanged) : (held, null);
        }

        return request.GetTypedHeaders().IfNoneMatch is [{ } any] && any.Equals(EntityTagHeaderValue.Any) ? (null, null) : (null, Problems.DraftConditionMissing);
    }

    /// <returns>The revision, null when it is none of ours; and whether anything was said.</returns>
    public static (long? Held, bool IsSaid) IfMatch(HttpRequest request)
    {
        if (!request.Headers.ContainsKey(HeaderNames.IfMatch))
        {
            return (null, false);
        }

        return request.GetTypedHeaders().IfMatch is [{ IsWeak: false } tag]
            && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out long revision)
                ? (revision, true)
                : (null, true);
    }
}
