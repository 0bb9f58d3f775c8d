using System.Text.Json;

namespace Wya.EventStore;

/// <summary>
/// A value that belongs to one person and is kept only under that person's key. It is sealed before it leaves the process
/// and cannot be written in the clear: serializing one that is not sealed throws. When the key is destroyed, every copy of
/// it, wherever it was carried, is <see cref="IsErased"/>.
/// </summary>
public sealed class Sensitive<T> : ISensitive, IEquatable<Sensitive<T>>
    where T : notnull
{
    private static readonly bool IsSearchable = typeof(ISearchable).IsAssignableFrom(typeof(T));

    private T? value;
    private State state;

    /// <param name="subject">Whose value it is.</param>
    public Sensitive(Guid subject, T value)
    {
        Subject = subject;
        this.value = value;
        state = State.Clear;
    }

    private Sensitive(Guid subject, string? token, State state)
    {
        Subject = subject;
        Token = token;
        this.state = state;
    }

    private enum State
    {
        Clear,

        /// <summary>Read from an event that was written before its field became sensitive: the log holds it in the clear.</summary>
        NeverSealed,
        Sealed,
        Erased,
    }

    private IndexKey? index;

    public Guid Subject { get; }

    public string? Token { get; private set; }

    /// <summary>
    /// What its words are found again by, in an index that says nothing to whoever lacks the subject's key. Null unless it
    /// was opened, and <typeparamref name="T"/> is <see cref="ISearchable"/>.
    /// </summary>
    public IndexKey? Index => index;

    /// <summary>The subject's key has been destroyed; nobody can read the value any more.</summary>
    public bool IsErased => state == State.Erased;

    public bool IsSealed => state == State.Sealed;

    internal bool WasNeverSealed => state == State.NeverSealed && Token is null;

    /// <exception cref="InvalidOperationException">It has not been opened: the reader has no keys.</exception>
    public T ValueOr(T whenErased) => state switch
    {
        State.Clear or State.NeverSealed => value!,
        State.Erased => whenErased,
        _ => throw new InvalidOperationException("A sealed value was asked for without having been opened."),
    };

    /// <summary>Two are equal when they say the same of the same person, or are the same sealed bytes.</summary>
    public bool Equals(Sensitive<T>? other) =>
        other is not null && Subject == other.Subject && state == other.state
        && (state is State.Clear or State.NeverSealed ? JsonSerializer.SerializeToUtf8Bytes(value, EventJson.Options)
            .AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other.value, EventJson.Options)) : Token == other.Token);

    public override bool Equals(object? obj) => Equals(obj as Sensitive<T>);

    public override int GetHashCode() => HashCode.Combine(Subject, state);

    /// <summary>Never the value: text like this ends up in logs.</summary>
    public override string ToString() => state == State.Erased ? "(erased)" : "(sensitive)";

    internal static Sensitive<T> FromToken(SealedToken token) =>
        new(token.Subject, token.ToString(), token.IsErased ? State.Erased : State.Sealed);

    internal static Sensitive<T> NeverSealed(T value) => new(Guid.Empty, value) { state = State.NeverSealed };

    byte[] ISensitive.Plain() => state is State.Clear or State.NeverSealed
        ? JsonSerializer.SerializeToUtf8Bytes(value, EventJson.Options)
        : throw new InvalidOperationException("Only a value in the clear can be sealed.");

    void ISensitive.Carry(SealedToken token)
    {
        Token = token.ToString();
        if (token.IsErased)
        {
            Erase();
        }
    }

    void ISensitive.Open(ReadOnlySpan<byte> json)
    {
        value = JsonSerializer.Deserialize<T>(json, EventJson.Options);
        state = State.Clear;
    }

    void ISensitive.IndexBy(ReadOnlySpan<byte> subjectKey)
    {
        if (IsSearchable)
        {
            index = IndexKey.Of(subjectKey);
        }
    }

    void ISensitive.Erase() => Erase();

    private void Erase()
    {
        value = default;
        index = null;
        state = State.Erased;
    }
}

/// <summary>A sensitive value, whatever its type.</summary>
public interface ISensitive
{
    Guid Subject { get; }

    /// <summary>As it is stored; null until it is sealed. It may be copied into read models as it is.</summary>
    string? Token { get; }

    bool IsErased { get; }

    /// <summary>Sealed, and not opened yet.</summary>
    bool IsSealed { get; }

    /// <summary>The value as JSON, to be sealed.</summary>
    internal byte[] Plain();

    /// <summary>Takes the form in which it will be stored.</summary>
    internal void Carry(SealedToken token);

    internal void Open(ReadOnlySpan<byte> json);

    /// <summary>Takes what its index key is made of.</summary>
    internal void IndexBy(ReadOnlySpan<byte> subjectKey);

    internal void Erase();
}
