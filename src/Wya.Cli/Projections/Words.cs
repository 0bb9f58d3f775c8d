using System.Text.Json;

namespace Wya.Cli;

/// <summary>Names of states, as JSON spells them too.</summary>
internal static class Words
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()).Replace('_', '-');
}
