using System.Globalization;
using System.Text.Json;

namespace Wya.Domain.Rooms.Content;

/// <summary>A value of the document, where it stands, and what is found against it. A value that is not of its form is answered as if it were not there.</summary>
/// <param name="Module">Whose it is; null for the room's own.</param>
internal readonly record struct Field(JsonElement Value, string Path, string? Module, Findings Findings)
{
    public void Refuse(string code, string reason) => Findings.Add(Module, Path, code, reason);

    /// <returns>Null when it is not there.</returns>
    public Field? Optional(string name) =>
        Value.TryGetProperty(name, out JsonElement value) ? this with { Value = value, Path = Path + ContentJson.Step(name) } : null;

    /// <returns>Null when it is not there, which is refused.</returns>
    public Field? Required(string name)
    {
        Field? field = Optional(name);
        if (field is null)
        {
            Findings.Add(Module, Path + ContentJson.Step(name), ContentCodes.Missing, $"'{name}' is missing.");
        }

        return field;
    }

    public bool IsOf(JsonValueKind kind, string called)
    {
        if (Value.ValueKind != kind)
        {
            Refuse(ContentCodes.WrongType, $"This must be {called}.");
        }

        return Value.ValueKind == kind;
    }

    /// <param name="lines">Several lines are allowed.</param>
    public string? Text(int charactersMax, bool lines = false)
    {
        if (!IsOf(JsonValueKind.String, "a text"))
        {
            return null;
        }

        string text = Value.GetString()!;
        if (PlainText.Trouble(text, charactersMax, lines) is var (code, reason))
        {
            Refuse(code, reason);
        }

        return text;
    }

    public string? OneOf(params IReadOnlyList<string> values)
    {
        if (!IsOf(JsonValueKind.String, "a text"))
        {
            return null;
        }

        string value = Value.GetString()!;
        if (!values.Contains(value, StringComparer.Ordinal))
        {
            Refuse(ContentCodes.ValueUnknown, $"This must be one of: {string.Join(", ", values)}.");
            return null;
        }

        return value;
    }

    public int? Whole(int least, int most)
    {
        if (!IsOf(JsonValueKind.Number, "a whole number"))
        {
            return null;
        }

        double value = Value.GetDouble();
        if (value != Math.Floor(value))
        {
            Refuse(ContentCodes.WrongType, "This must be a whole number.");
            return null;
        }

        if (value < least || value > most)
        {
            Refuse(ContentCodes.OutOfRange, string.Create(CultureInfo.InvariantCulture, $"This must be from {least} to {most}."));
            return null;
        }

        return (int)value;
    }

    public void Colour()
    {
        if (IsOf(JsonValueKind.String, "a colour") && !Content.Colour.TryParse(Value.GetString()!, out _))
        {
            Refuse(ContentCodes.ColourInvalid, "A colour is # and six hexadecimal digits, as #7A5AF8.");
        }
    }

    public void Address(IReadOnlyList<string> hosts)
    {
        if (IsOf(JsonValueKind.String, "an address") && WebAddress.Trouble(Value.GetString()!, hosts) is var (code, reason))
        {
            Refuse(code, reason);
        }
    }

    /// <returns>No more than <paramref name="most"/>, and none when it is no list.</returns>
    public IReadOnlyList<Field> Items(int least, int most)
    {
        if (!IsOf(JsonValueKind.Array, "a list"))
        {
            return [];
        }

        int length = Value.GetArrayLength();
        if (length < least || length > most)
        {
            Refuse(ContentCodes.ListSize, string.Create(CultureInfo.InvariantCulture, $"This list has {least} to {most} entries."));
        }

        Field list = this;
        return [.. Value.EnumerateArray().Take(most)
            .Select((item, i) => list with { Value = item, Path = string.Create(CultureInfo.InvariantCulture, $"{list.Path}/{i}") })];
    }
}
