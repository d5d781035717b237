from .batch.errors import BatchError as BatchError
from .batch.report import BatchReport as BatchReport
from .batch.run import analyze_folder as analyze_folder
from .client import Client as Client, ClientError as ClientError
from .datasets.dataset import Dataset as Dataset
from .datasets.errors import DatasetError as DatasetError
from .datasets.exports import export_dataset as export_dataset
from .datasets.importing import (
    add_dataset as add_dataset,
    add_synthetic as add_synthetic,
)
from .datasets.names import dataset_names as dataset_names
from .datasets.quality import examine as examine
from .datasets.store import delete_dataset as delete_dataset, open_dataset as open_dataset
from .datasets.synthetic import synthetic_faces as synthetic_faces
from .emotions import EMOTIONS as EMOTIONS
from .evaluation.report import Report as Report
from .faces.box import Box as Box
from .images import ImageError as ImageError, load_image as load_image
from .inference.analyze import analyze as analyze, analyze_many as analyze_many
from .inference.results import FaceResult as FaceResult, PhotoResult as PhotoResult, to_frame as to_frame
from .inference.settings import AnalysisSettings as AnalysisSettings
from .jobs.adoption import adopt_run as adopt_run
from .jobs.bundling import bundle_run as bundle_run
from .jobs.following import resume_training as resume_training, train as train
from .jobs.foreign_sets import (
    evaluate as evaluate,
    import_dataset as import_dataset,
    load_dataset as load_dataset,
)
from .jobs.launcher import list_runs as list_runs
from .jobs.publishing import publish as publish
from .models.card import ModelCard as ModelCard, ModelError as ModelError
from .models.classifier import Classifier as Classifier
from .models.registry import load_classifier as load_classifier, model_names as model_names
from .networks.export import export_model as export_model
from .runs.errors import RunError as RunError
from .runs.presets import PRESETS as PRESETS
from .runs.recipes import RECIPES as RECIPES, Recipe as Recipe
from .runs.run import Run as Run
from .streams.session import LiveSession as LiveSession, LiveSettings as LiveSettings
from .video.analysis import VideoAnalysis as VideoAnalysis, analyze_video as analyze_video
from .video.errors import VideoError as VideoError
from .video.result import VideoResult as VideoResult
from .visuals.drawing import annotate as annotate

__version__: str
