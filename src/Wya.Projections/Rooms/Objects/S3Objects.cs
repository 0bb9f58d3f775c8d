using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Wya.Projections.Rooms.Objects;

/// <param name="Endpoint">The server's address; null for Amazon's own, by <paramref name="Region"/>.</param>
public sealed record S3Settings(string? Endpoint, string Region, string Bucket, string AccessKey, string SecretKey)
{
    /// <summary>Neither prints its keys.</summary>
    public override string ToString() => $"S3 bucket {Bucket}";
}

/// <summary>
/// Objects in a bucket of the S3 protocol. A write is conditional (<c>If-None-Match: *</c>): the server itself refuses to
/// overwrite. The digest of the bytes is part of the signature, so bytes that were changed on the way are refused as well.
/// </summary>
public sealed class S3Objects : IObjects, IDisposable
{
    /// <summary>Of one attempt. An answer that takes longer is not waited for: it is looked whether the object is there.</summary>
    public static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(5);

    private readonly S3Settings settings;
    private readonly AmazonS3Client client;
    private readonly TimeSpan answersWithin;

    public S3Objects(S3Settings settings, TimeSpan? answersWithin = null)
    {
        this.settings = settings;
        this.answersWithin = answersWithin ?? AnswersWithin;
        var config = new AmazonS3Config
        {
            AuthenticationRegion = settings.Region,
            ForcePathStyle = settings.Endpoint is not null,
            MaxErrorRetry = 0, // who writes tries again, and looks first
            Timeout = this.answersWithin,
        };
        if (settings.Endpoint is { } endpoint)
        {
            // Other servers do not know the checksums that Amazon's adds by itself.
            config.ServiceURL = endpoint;
            config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
            config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        }
        else
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(settings.Region);
        }

        client = new AmazonS3Client(new BasicAWSCredentials(settings.AccessKey, settings.SecretKey), config);
    }

    public Task<bool> TryCreate(string key, ReadOnlyMemory<byte> bytes, CancellationToken ct = default) => Guarded(
        async within =>
        {
            using var content = new MemoryStream(bytes.ToArray(), writable: false);
            var request = new PutObjectRequest
            {
                BucketName = settings.Bucket,
                Key = key,
                InputStream = content,
                ContentType = "application/json",
                IfNoneMatch = "*",
                UseChunkEncoding = false,
                ChecksumSHA256 = Convert.ToBase64String(SHA256.HashData(bytes.Span)),
            };
            try
            {
                await client.PutObjectAsync(request, within).ConfigureAwait(false);
                return true;
            }
            catch (AmazonS3Exception refused) when (refused.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                return false;
            }
        },
        ct);

    public Task<byte[]?> Read(string key, CancellationToken ct = default) => Guarded<byte[]?>(
        async within =>
        {
            try
            {
                using GetObjectResponse answer = await client.GetObjectAsync(settings.Bucket, key, within).ConfigureAwait(false);
                using var bytes = new MemoryStream();
                await answer.ResponseStream.CopyToAsync(bytes, within).ConfigureAwait(false);
                return bytes.Length == answer.ContentLength ? bytes.ToArray() : throw new ObjectsAwayException("An answer was cut off.");
            }
            catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound && missing.ErrorCode != "NoSuchBucket")
            {
                return null;
            }
        },
        ct);

    public Task<bool> Delete(string key, CancellationToken ct = default) => Guarded(
        async within =>
        {
            try
            {
                await client.GetObjectMetadataAsync(settings.Bucket, key, within).ConfigureAwait(false);
            }
            catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound)
            {
                return false;
            }

            await client.DeleteObjectAsync(settings.Bucket, key, within).ConfigureAwait(false);
            return true;
        },
        ct);

    public async IAsyncEnumerable<string> List(string prefix, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var request = new ListObjectsV2Request { BucketName = settings.Bucket, Prefix = prefix };
        while (true)
        {
            ListObjectsV2Response page = await Guarded(within => client.ListObjectsV2Async(request, within), ct).ConfigureAwait(false);
            foreach (S3Object found in page.S3Objects ?? [])
            {
                yield return found.Key;
            }

            if (page.IsTruncated != true)
            {
                yield break;
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    public Uri? SignedAddress(string key, TimeSpan lifetime) => new(client.GetPreSignedURL(new GetPreSignedUrlRequest
    {
        BucketName = settings.Bucket,
        Key = key,
        Verb = HttpVerb.GET,
        Expires = DateTime.UtcNow + lifetime,
        Protocol = settings.Endpoint?.StartsWith("http://", StringComparison.Ordinal) == true ? Protocol.HTTP : Protocol.HTTPS,
    }));

    /// <summary>For tests and first installations.</summary>
    public Task CreateBucket(CancellationToken ct = default) => Guarded(within => client.PutBucketAsync(settings.Bucket, within), ct);

    public void Dispose() => client.Dispose();

    /// <summary>What the server refuses for reasons of the moment, and what never came back, is of one kind.</summary>
    private async Task<T> Guarded<T>(Func<CancellationToken, Task<T>> ask, CancellationToken ct)
    {
        using var within = CancellationTokenSource.CreateLinkedTokenSource(ct);
        within.CancelAfter(answersWithin);
        try
        {
            return await ask(within.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not ObjectsAwayException && !ct.IsCancellationRequested)
        {
            throw new ObjectsAwayException($"The store of objects failed ({fault.GetType().Name}).", fault);
        }
    }
}
