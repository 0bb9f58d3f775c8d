using System.Security.Cryptography;

namespace Wya.EventStore;

/// <summary>Seals the sensitive values of events before they are written, and opens them after they are read.</summary>
/// <param name="domain">Whose log it is; part of what a value is bound to.</param>
/// <param name="keys">Null for a reader without keys: it reads what is sealed as sealed, and can write no such event.</param>
public sealed class EventSeals(string domain, ISubjectKeys? keys)
{
    public bool HasKeys => keys is not null;

    /// <exception cref="KeysNotAtHandException">Fetch the keys that it names, and seal again.</exception>
    public void Seal(EventType type, object data, Guid streamId, Guid eventId)
    {
        if (!type.HasSensitive)
        {
            return;
        }

        ISubjectKeys held = keys ?? throw new InvalidOperationException($"{type.Name} holds sensitive values, and this log has no keys.");
        HashSet<Guid>? missing = null;
        var place = new SealedPlace(domain, streamId);
        Span<byte> key = stackalloc byte[Sealing.KeyBytes];
        foreach ((string field, ISensitive value) in SensitiveFields.In(data))
        {
            switch (value.IsErased ? KeyState.Destroyed : held.TryCopy(value.Subject, key))
            {
                case KeyState.AtHand:
                    value.Carry(Sealing.Seal(key, place, value.Subject, eventId, field, value.Plain()));
                    break;
                case KeyState.Destroyed:
                    value.Carry(new SealedToken(value.Subject, eventId, field, []));
                    break;
                default:
                    (missing ??= []).Add(value.Subject);
                    break;
            }
        }

        CryptographicOperations.ZeroMemory(key);
        if (missing is not null)
        {
            throw new KeysNotAtHandException(missing);
        }
    }

    /// <summary>For who has no keys and folds all the same: whatever is still sealed counts as erased, and keeps its token.</summary>
    public static void Withhold(RecordedEvent recorded)
    {
        if (SensitiveFields.Has(recorded.Data.GetType()))
        {
            foreach ((_, ISensitive value) in SensitiveFields.In(recorded.Data))
            {
                value.Erase();
            }
        }
    }

    /// <summary>Makes keys for whoever an append names for the first time, so that sealing finds them at hand.</summary>
    public Task FetchForSealing(IReadOnlyCollection<Guid> subjects, CancellationToken ct) => keys!.Fetch(subjects, create: true, ct);

    /// <summary>Seals what stands in a table of its own and in no event: a draft. It opens as tokens of events do.</summary>
    /// <param name="id">Stands in the event's place.</param>
    /// <returns>Empty when the subject's key has been destroyed.</returns>
    /// <exception cref="KeysUnavailableException">The store of keys does not answer.</exception>
    public async Task<SealedToken> SealAlone(
        Guid subject, Guid streamId, Guid id, string field, ReadOnlyMemory<byte> json, CancellationToken ct = default)
    {
        ISubjectKeys held = keys ?? throw new InvalidOperationException("This log has no keys.");
        byte[] key = new byte[Sealing.KeyBytes];
        try
        {
            while (true)
            {
                switch (held.TryCopy(subject, key))
                {
                    case KeyState.AtHand:
                        return Sealing.Seal(key, new SealedPlace(domain, streamId), subject, id, field, json.Span);
                    case KeyState.Destroyed:
                        return new SealedToken(subject, id, field, []);
                    default:
                        await held.Fetch([subject], create: true, ct).ConfigureAwait(false);
                        continue;
                }
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Opens all sealed values of some events, with one round trip for all the keys that are not at hand.</summary>
    /// <param name="failed">Takes what cannot be opened, event by event; without it the first failure is thrown.</param>
    /// <exception cref="KeysUnavailableException">The store of keys does not answer.</exception>
    /// <exception cref="TamperedValueException">A value is not what was sealed at its place.</exception>
    /// <exception cref="SubjectKeyMissingException">A value is sealed under a key that was never known.</exception>
    public Task Open(IReadOnlyCollection<RecordedEvent> events, Action<RecordedEvent, Exception>? failed = null, CancellationToken ct = default) =>
        keys is not null && OpenAll(events, failed) is { } toFetch ? OpenAfterFetching(events, toFetch, failed, ct) : Task.CompletedTask;

    /// <summary>Opens one token that a read model carries.</summary>
    /// <returns>The JSON that was sealed; null when the subject's key has been destroyed.</returns>
    /// <exception cref="TamperedValueException">It was not sealed in this stream.</exception>
    public async Task<byte[]?> Open(SealedToken token, Guid streamId, CancellationToken ct = default)
    {
        ISubjectKeys held = keys ?? throw new InvalidOperationException("This log has no keys.");
        byte[] key = new byte[Sealing.KeyBytes];
        try
        {
            while (!token.IsErased)
            {
                switch (held.TryCopy(token.Subject, key))
                {
                    case KeyState.AtHand:
                        return Sealing.Open(key, new SealedPlace(domain, streamId), token);
                    case KeyState.Destroyed:
                        return null;
                    case KeyState.Missing:
                        throw new SubjectKeyMissingException();
                    default:
                        await held.Fetch([token.Subject], create: false, ct).ConfigureAwait(false);
                        continue;
                }
            }

            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Opens many tokens that a read model carries, with one round trip for all the keys that are not at hand.</summary>
    /// <returns>What each came to, in their order. Whoever asked overwrites the JSON when done with it.</returns>
    /// <exception cref="KeysUnavailableException">The store of keys does not answer.</exception>
    public async Task<OpenedToken[]> OpenAll(IReadOnlyList<(SealedToken Token, Guid StreamId)> tokens, CancellationToken ct = default)
    {
        ISubjectKeys held = keys ?? throw new InvalidOperationException("This log has no keys.");
        Guid[] toFetch = [.. tokens.Select(one => one.Token.Subject).Distinct().Where(IsNotAtHand)];
        if (toFetch.Length > 0)
        {
            await held.Fetch(toFetch, create: false, ct).ConfigureAwait(false);
        }

        var opened = new OpenedToken[tokens.Count];
        for (int i = 0; i < opened.Length; i++)
        {
            try
            {
                opened[i] = new OpenedToken(await Open(tokens[i].Token, tokens[i].StreamId, ct).ConfigureAwait(false), null);
            }
            catch (Exception failure) when (failure is TamperedValueException or SubjectKeyMissingException)
            {
                opened[i] = new OpenedToken(null, failure);
            }
        }

        return opened;
    }

    /// <summary>What the words of each of them are found by; nothing for those whose keys are destroyed or were never made.</summary>
    /// <exception cref="KeysUnavailableException">The store of keys does not answer.</exception>
    public async Task<IReadOnlyDictionary<Guid, IndexKey>> IndexKeys(IReadOnlyCollection<Guid> subjects, CancellationToken ct = default)
    {
        ISubjectKeys held = keys ?? throw new InvalidOperationException("This log has no keys.");
        if (subjects.Any(IsNotAtHand))
        {
            await held.Fetch([.. subjects.Where(IsNotAtHand)], create: false, ct).ConfigureAwait(false);
        }

        Dictionary<Guid, IndexKey> found = [];
        byte[] key = new byte[Sealing.KeyBytes];
        foreach (Guid subject in subjects)
        {
            if (held.TryCopy(subject, key) == KeyState.AtHand)
            {
                found[subject] = IndexKey.Of(key);
            }
        }

        CryptographicOperations.ZeroMemory(key);
        return found;
    }

    private bool IsNotAtHand(Guid subject)
    {
        Span<byte> key = stackalloc byte[Sealing.KeyBytes];
        KeyState state = keys!.TryCopy(subject, key);
        CryptographicOperations.ZeroMemory(key);
        return state == KeyState.NotAtHand;
    }

    private async Task OpenAfterFetching(
        IReadOnlyCollection<RecordedEvent> events, HashSet<Guid>? toFetch, Action<RecordedEvent, Exception>? failed, CancellationToken ct)
    {
        while (toFetch is not null)
        {
            await keys!.Fetch(toFetch, create: false, ct).ConfigureAwait(false);
            toFetch = OpenAll(events, failed); // a key may be forgotten between two looks at it: then it is fetched again
        }
    }

    /// <returns>Whose keys are not at hand; null when all is open.</returns>
    private HashSet<Guid>? OpenAll(IReadOnlyCollection<RecordedEvent> events, Action<RecordedEvent, Exception>? failed)
    {
        HashSet<Guid>? toFetch = null;
        foreach (RecordedEvent recorded in events)
        {
            if (!SensitiveFields.Has(recorded.Data.GetType()))
            {
                continue;
            }

            try
            {
                OpenOne(recorded, ref toFetch);
            }
            catch (Exception failure) when (failed is not null && failure is TamperedValueException or SubjectKeyMissingException)
            {
                failed(recorded, failure);
            }
        }

        return toFetch;
    }

    private void OpenOne(RecordedEvent recorded, ref HashSet<Guid>? toFetch)
    {
        var place = new SealedPlace(domain, recorded.StreamId);
        Span<byte> key = stackalloc byte[Sealing.KeyBytes];
        foreach ((string field, ISensitive value) in SensitiveFields.In(recorded.Data))
        {
            if (!value.IsSealed)
            {
                continue;
            }

            switch (keys!.TryCopy(value.Subject, key))
            {
                case KeyState.AtHand:
                    value.Open(Sealing.Open(key, place, Token(value, recorded, field)));
                    value.IndexBy(key);
                    break;
                case KeyState.Destroyed:
                    value.Erase();
                    break;
                case KeyState.Missing:
                    throw new SubjectKeyMissingException();
                default:
                    (toFetch ??= []).Add(value.Subject);
                    break;
            }
        }

        CryptographicOperations.ZeroMemory(key);
    }

    /// <exception cref="TamperedValueException">The token was taken from another event, or another field.</exception>
    private static SealedToken Token(ISensitive value, RecordedEvent recorded, string field) =>
        SealedToken.TryParse(value.Token, out SealedToken? token) && token.EventId == recorded.Id && token.Field == field
            ? token
            : throw new TamperedValueException();
}

/// <summary>What a token came to.</summary>
/// <param name="Json">What was sealed; null when the subject's key has been destroyed, or there was a failure.</param>
/// <param name="Failure">A <see cref="TamperedValueException"/> or a <see cref="SubjectKeyMissingException"/>.</param>
public readonly record struct OpenedToken(byte[]? Json, Exception? Failure);
