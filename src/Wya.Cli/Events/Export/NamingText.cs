namespace Wya.Cli;

/// <summary>A text of the current row that may name somebody, in UTF-8. One object serves all rows.</summary>
internal sealed class NamingText
{
    private const int UuidLength = 36;

    private readonly byte[] pseudonym = new byte[UuidLength];
    private byte[] text = new byte[2 * UuidLength];
    private int length = -1;

    /// <summary>Null when it is no id, or there is none.</summary>
    public Guid? Id => length >= 0 && Guid.TryParse(Text, out Guid id) ? id : null;

    private ReadOnlySpan<byte> Text => text.AsSpan(0, length);

    /// <param name="isNone">There is no text; the other says nothing.</param>
    public void Set(ReadOnlySpan<byte> value, bool isNone)
    {
        length = isNone ? -1 : value.Length;
        if (text.Length < value.Length)
        {
            text = new byte[value.Length];
        }

        value.CopyTo(text);
    }

    public bool Is(ReadOnlySpan<byte> other) => length >= 0 && Text.SequenceEqual(other);

    /// <returns>As it is; good until the next row. Null when there is none.</returns>
    public ReadOnlyMemory<byte>? AsItIs() => length < 0 ? null : text.AsMemory(0, length);

    /// <returns>What stands in its place; good until the next row.</returns>
    public ReadOnlyMemory<byte>? Behind(Pseudonyms pseudonyms)
    {
        if (length < 0)
        {
            return null;
        }

        pseudonyms.Of(Text).TryFormat(pseudonym, out _);
        return pseudonym;
    }
}
